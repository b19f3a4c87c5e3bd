using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenAnOutcomeComesLate
{
    [Fact]
    public void The_success_of_an_earlier_attempt_counts_for_the_effect()
    {
        var rollout = new RolloutScenario().Permitted().Healthy();
        var first = rollout.Pending!;
        rollout.Outcome(new Outcome.NotApplied("no room")).After(TimeSpan.FromSeconds(1));
        Assert.Equal(2, rollout.Pending!.Attempt);

        rollout.Take(Report(first, new Outcome.Applied()));
        Assert.IsType<EffectAction.SetTraffic>(rollout.Pending.Effect.Action);
    }

    [Fact]
    public void The_failure_of_an_earlier_attempt_says_nothing_about_this_one()
    {
        var rollout = new RolloutScenario().Permitted().Healthy();
        var first = rollout.Pending!;
        rollout.Outcome(new Outcome.NotApplied("no room")).After(TimeSpan.FromSeconds(1));
        var sequence = rollout.Row.Sequence;

        rollout.Take(Report(first, new Outcome.Refused("no")));
        Assert.Equal(sequence, rollout.Row.Sequence);
    }

    /// <summary>Only so can it be told from what the router held before, if it has done nothing.</summary>
    [Fact]
    public void A_share_that_is_decided_once_more_names_the_one_that_was_shown_last()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Applied().Healthy();
        var first = rollout.Pending!.Effect;
        rollout.Outcome(new Outcome.Unknown("no word")).After(Deadlines.ForwardMaxAge + TimeSpan.FromSeconds(1));
        var again = rollout.Healthy().Pending!.Effect;

        Assert.True(again.Ordinal > first.Ordinal);
        Assert.Equal(Weight.None, Assert.IsType<EffectAction.SetTraffic>(again.Action).Shown);
        Assert.Equal(first.Action, again.Action);
    }

    [Fact]
    public void The_success_of_what_an_abort_has_stopped_does_not_move_the_rollout_on()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Applied().Healthy();
        var traffic = rollout.Pending!;
        rollout.Aborted();
        var sequence = rollout.Row.Sequence;

        rollout.Take(Report(traffic, new Outcome.Applied()));
        Assert.Equal(sequence, rollout.Row.Sequence);
        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
        // It may have arrived, so that traffic is taken back.
        Assert.Contains(((Stage.GoingBack)rollout.State.Stage).Plan.Steps, step => step is UndoStep.RestoreTraffic);
    }

    [Fact]
    public void One_that_was_overtaken_leaves_the_slot_to_whoever_has_it_now()
    {
        var rollout = new RolloutScenario().Permitted().Healthy()
            .Outcome(new Outcome.Overtaken(new Fence(1, 3, 1)));

        Assert.IsType<Cause.Overtaken>(Assert.IsType<Stage.Ended>(rollout.State.Stage).Cause);
        Assert.Equal(Phase.Superseded, rollout.State.Phase);
        Assert.Null(rollout.Pending);
    }

    [Fact]
    public void A_way_back_that_was_overtaken_touches_nothing_more()
    {
        var rollout = new RolloutScenario().AtFivePercent().Aborted()
            .Outcome(new Outcome.Overtaken(new Fence(1, 3, 1)));

        Assert.Equal(Phase.Superseded, rollout.State.Phase);
        Assert.Null(rollout.Pending);
    }

    private static RolloutInput.OutcomeReported Report(OutboxEntry entry, Outcome outcome) =>
        new(new OutcomeReport(entry.Effect.Ordinal, entry.Attempt, outcome));
}
