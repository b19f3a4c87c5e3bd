using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>A service got worse, and of all that moved it is this one.</summary>
public sealed class WhenItIsBlamed
{
    private readonly RolloutScenario _rollout = new RolloutScenario().AtFivePercent();

    [Fact]
    public void It_goes_back_and_says_for_whom_and_by_what_arithmetic()
    {
        _rollout.Told(Found.Blame);

        var cause = Assert.IsType<Cause.Blamed>(Assert.IsType<Stage.GoingBack>(_rollout.State.Stage).Cause);
        Assert.Equal((Found.Cart, _rollout.Now), (cause.Degraded, cause.At));
        var why = Explain.Of(_rollout.Spec, _rollout.Row, _rollout.Now).Because[0];
        Assert.Equal(
            "cart got worse at 08:59:00Z, and this is to blame: "
            + "360 of 400 (90.0%) bad where it reached, 10 of 3600 (0.28%) where not", why);
    }

    [Fact]
    public void The_whole_finding_is_on_record_once_and_the_state_keeps_words_of_a_bounded_length()
    {
        var finding = Found.Blame(_rollout) with
        {
            Ranked = [Found.Blame(_rollout).Ranked[0] with { Words = new string('9', 5_000) }],
        };
        _rollout.Told(_ => finding);

        var cause = (Cause.Blamed)((Stage.GoingBack)_rollout.State.Stage).Cause;
        Assert.Equal(OneLine.Most + 1, cause.Words.Length);
        Assert.Equal(1, _rollout.Transition.Split(finding.Ranked[0].Words).Length - 1);
    }

    [Fact]
    public void What_was_held_goes_back_as_well_whoever_resumed_it_before()
    {
        var held = _rollout.Told(Found.Undecided).Resumed().Paused();

        Assert.Equal(Phase.RollingBack, held.After(TimeSpan.FromMinutes(1)).Told(Found.Blame).State.Phase);
    }

    [Fact]
    public void One_that_has_touched_nothing_is_over()
    {
        var pending = new RolloutScenario().Told(Found.Blame);

        Assert.Equal(Phase.Cancelled, pending.State.Phase);
    }

    [Fact]
    public void Told_again_or_on_its_way_back_for_something_else_nothing_changes()
    {
        var again = _rollout.Told(Found.Blame);
        var aborted = new RolloutScenario().AtFivePercent().Aborted();

        Assert.IsType<StepResult<RolloutState>.Unchanged>(WhatIf(again, Found.Blame(again)));
        Assert.IsType<StepResult<RolloutState>.Unchanged>(
            WhatIf(again, Found.Blame(again) with { At = again.Now.AddMinutes(1) }));
        Assert.IsType<StepResult<RolloutState>.Unchanged>(WhatIf(aborted, Found.Blame(aborted)));
    }

    [Fact]
    public void Nor_does_anything_when_it_is_over()
    {
        var back = _rollout.Aborted().Applied().Applied().Applied();
        Assert.True(back.State.IsTerminal);

        Assert.IsType<StepResult<RolloutState>.Unchanged>(WhatIf(back, Found.Blame(back)));
        Assert.IsType<StepResult<RolloutState>.Unchanged>(WhatIf(back, Found.Undecided(back)));
    }

    [Fact]
    public void By_a_finding_older_than_one_it_went_by_or_of_elsewhere_or_without_it_nothing_changes()
    {
        _rollout.Told(Found.Undecided);
        var blame = Found.Blame(_rollout) with { At = _rollout.Now.AddMinutes(1) };
        Assert.IsType<StepResult<RolloutState>.Written>(WhatIf(_rollout, blame));

        Assert.IsType<StepResult<RolloutState>.Unchanged>(
            WhatIf(_rollout, blame with { At = _rollout.Now.AddSeconds(-1) }));
        Assert.IsType<StepResult<RolloutState>.Unchanged>(
            WhatIf(_rollout, blame with { Slot = SlotKey.From("cart.staging") }));
        Assert.IsType<StepResult<RolloutState>.Unchanged>(
            WhatIf(_rollout, blame with { Ranked = [blame.Ranked[1]] }));
    }

    [Fact]
    public void An_older_one_about_another_service_counts_all_the_same()
    {
        _rollout.Told(Found.Undecided);
        var older = Found.Blame(_rollout) with
        {
            Slot = SlotKey.From("stock.production"),
            At = _rollout.Now.AddSeconds(-1),
        };

        Assert.Equal(Phase.RollingBack, _rollout.Told(_ => older).State.Phase);
    }

    [Fact]
    public void Verified_it_rings_its_release_and_does_not_take_itself_back()
    {
        var part = Verified();
        var known = PartOf.News(part.Row, part.Epoch)!;
        part.Told(Found.Blame);

        Assert.Equal((Phase.Verified, null), (part.State.Phase, part.Pending));
        Assert.Equal(new Ring("passage", "autumn.production.1", known.Sequence), Assert.Single(part.Rings));
        var heard = PartOf.After(known, part.Row.Sequence, part.Transition, part.Epoch).Stage;
        Assert.Contains("this is to blame", Assert.IsType<PartStage.Verified>(heard).Blamed, StringComparison.Ordinal);
        Assert.Contains(
            "this is to blame", Explain.Of(part.Spec, part.Row, part.Now).Because[0], StringComparison.Ordinal);
        // It is told every minute, and has said it.
        Assert.IsType<StepResult<RolloutState>.Unchanged>(
            WhatIf(part, Found.Blame(part) with { At = part.Now.AddMinutes(1) }));

        part.Take(RolloutScenario.TakeBack);
        Assert.Equal(Phase.RollingBack, part.State.Phase);
    }

    [Fact]
    public void One_that_was_there_before_has_nothing_to_go_back_to()
    {
        var needless = new RolloutScenario(begins: false).Take(RolloutScenario.Begin("2.0", isPart: true));

        Assert.IsType<StepResult<RolloutState>.Unchanged>(WhatIf(needless, Found.Blame(needless)));
    }

    [Fact]
    public void While_its_record_is_checked_it_does_not_go_back_and_the_next_finding_takes_it_back()
    {
        _rollout.Restored().Told(Found.Blame);
        Assert.Equal(Phase.Progressing, _rollout.State.Phase);

        _rollout.Take(_rollout.Sees(5)).Told(Found.Blame);
        Assert.Equal(Phase.RollingBack, _rollout.State.Phase);
    }

    private static StepResult<RolloutState> WhatIf(RolloutScenario it, Finding finding) =>
        it.WhatIf(new RolloutInput.Attributed(finding));

    private static RolloutScenario Verified()
    {
        var part = new RolloutScenario(isPart: true, change: spec => spec with
        {
            Steps = [new Step.Deploy(), new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(1))],
        });
        part.Permitted().Healthy().Applied().Healthy().Applied();
        for (var minute = 0; minute < 4 && part.State.Phase != Phase.Verified; minute++)
            part.Unseen(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(0, 100));
        Assert.Equal(Phase.Verified, part.State.Phase);
        return part;
    }
}
