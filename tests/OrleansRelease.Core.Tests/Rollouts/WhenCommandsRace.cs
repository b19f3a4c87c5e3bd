using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenCommandsRace
{
    [Fact]
    public void Abort_beats_a_promote_that_comes_after_it()
    {
        var rollout = new RolloutScenario().AtFivePercent().Aborted();

        Assert.Equal(RefusalCodes.RollingBack, rollout.Ask((a, r) => new RolloutInput.Promote(a, r))?.Code);
        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
    }

    [Fact]
    public void Abort_beats_what_a_promote_has_just_begun()
    {
        var rollout = new RolloutScenario(PromotedOnly).AtFivePercent().Healthy().Promoted();
        var promoted = rollout.Pending;
        rollout.Aborted();

        Assert.NotEqual(promoted?.Effect.Ordinal, rollout.Pending!.Effect.Ordinal);
        Assert.Equal(Direction.Back, rollout.Pending.Effect.Direction);
        Assert.All(
            rollout.Row.Outbox.Where(entry => entry.Effect.Direction == Direction.Forward),
            entry => Assert.False(entry.IsPending));
    }

    [Fact]
    public void An_abort_given_twice_changes_nothing_the_second_time()
    {
        var rollout = new RolloutScenario().AtFivePercent().Aborted();
        var state = rollout.State;

        Assert.Same(state, rollout.Aborted().State);
    }

    [Fact]
    public void Promote_skips_a_pause_and_is_on_record()
    {
        var rollout = new RolloutScenario(PromotedOnly).AtFivePercent().Promoted();

        Assert.Equal("pause ended", Assert.Single(rollout.State.Overrides).What);
        Assert.Equal(3, Assert.IsType<Stage.Moving>(rollout.State.Stage).Step);
    }

    [Fact]
    public void Promote_never_skips_a_gate()
    {
        // Healthy, but without one window: nothing is known of how the first share does.
        var rollout = new RolloutScenario().AtFivePercent().Promoted().Healthy();

        Assert.IsType<Work.Gated>(rollout.State.Work);
        Assert.Null(rollout.Pending);
        Assert.Equal(RefusalCodes.NothingSkippable, rollout.Ask((a, r) => new RolloutInput.Promote(a, r))?.Code);
    }

    [Fact]
    public void What_yields_before_anything_was_touched_is_superseded_and_otherwise_goes_back_first()
    {
        var yield = new RolloutInput.Yield(RolloutId.From("shop.production.3"));

        Assert.Equal(Phase.Superseded, new RolloutScenario().Take(yield).State.Phase);
        Assert.Equal(Phase.RollingBack, new RolloutScenario().AtFivePercent().Take(yield).State.Phase);
    }

    private static RolloutSpec PromotedOnly(RolloutSpec spec) => spec with
    {
        Steps =
        [
            new Step.Deploy(), new Step.SetWeight(Weight.Percent(5)), new Step.Pause(null),
            new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(2)),
        ],
    };
}
