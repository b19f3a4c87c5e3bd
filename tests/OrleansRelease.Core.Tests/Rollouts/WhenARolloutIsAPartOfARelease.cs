using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenARolloutIsAPartOfARelease
{
    private readonly RolloutScenario _part = new(isPart: true);

    [Fact]
    public void Verified_it_gives_back_its_permit_and_stays_until_its_release_has_completed()
    {
        Verify(_part);

        Assert.Equal((Phase.Verified, false), (_part.State.Phase, _part.State.IsTerminal));
        var told = Assert.Single(Told());
        Assert.IsType<EffectAction.ReturnPermit>(told.Action);
        _part.Take(new RolloutInput.OutcomeReported(new(told.Ordinal, 1, new Outcome.Applied())));
        Assert.Null(_part.Row.NextWake);

        _part.Take(new RolloutInput.Complete(RolloutScenario.Passage));
        Assert.Equal((Phase.Succeeded, true), (_part.State.Phase, _part.State.IsTerminal));
    }

    [Fact]
    public void Verified_only_its_release_takes_it_back()
    {
        Verify(_part);

        var refusal = _part.Ask((actor, reason) => new RolloutInput.Abort(actor, reason));
        Assert.Equal((RefusalCodes.OfRelease, "abort autumn.production.1"), (refusal?.Code, refusal?.Accepted));

        _part.Take(RolloutScenario.Halt);
        Assert.Equal(new PartStage.Halted(new Happened(true, true)), PartOf.StageOf(_part.State));
        _part.Take(RolloutScenario.TakeBack).Applied().Applied().Applied();
        var back = Assert.IsType<PartStage.Back>(PartOf.StageOf(_part.State));
        Assert.Equal("taken back with its release, autumn.production.1, by plan 1", back.Reason);
        // Its release hears of the end, too, although that came with what settled.
        Assert.Single(_part.Rings);
    }

    [Fact]
    public void Halted_before_it_has_begun_it_never_begins_however_late_it_is_told_to()
    {
        var part = new RolloutScenario(begins: false).Take(RolloutScenario.Halt);

        Assert.Equal(new PartStage.Halted(new Happened(false, false)), PartOf.StageOf(part.State));
        Assert.Single(part.Rings);
        var late = Assert.IsType<StepResult<RolloutState>.Refused>(part.WhatIf(RolloutScenario.Begin(isPart: true)));
        Assert.Equal(RefusalCodes.AlreadyEnded, late.Refusal.Code);
        Assert.IsType<StepResult<RolloutState>.Unchanged>(part.WhatIf(RolloutScenario.TakeBack));
    }

    [Fact]
    public void Halted_while_it_waits_for_its_permit_it_is_over_and_gives_that_back()
    {
        _part.Take(RolloutScenario.Halt);

        Assert.Equal(Phase.Cancelled, _part.State.Phase);
        Assert.Equal(new PartStage.Halted(new Happened(false, false)), PartOf.StageOf(_part.State));
        Assert.IsType<EffectAction.ReturnPermit>(Assert.Single(Told()).Action);
    }

    [Fact]
    public void Halted_while_it_moves_it_says_what_has_happened_and_decides_nothing_forward()
    {
        _part.Permitted().Healthy().Take(RolloutScenario.Halt);
        Assert.Equal(new PartStage.Halted(new Happened(Deployed: true, Exposed: false)), PartOf.StageOf(_part.State));
        Assert.Null(_part.Pending);

        _part.Healthy().After(TimeSpan.FromHours(1));
        Assert.Equal((Phase.Halted, null), (_part.State.Phase, _part.Pending));

        _part.Take(RolloutScenario.TakeBack);
        Assert.Equal("retire 2.0", Wording.Of(_part.Pending!.Effect.Action));
    }

    [Fact]
    public void It_goes_back_by_itself_before_it_is_verified_and_a_halt_changes_nothing_of_that()
    {
        _part.AtFivePercent().Unseen(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(50, 100))
            .Unseen(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(50, 100));
        var back = Assert.IsType<PartStage.GoingBack>(PartOf.StageOf(_part.State));
        Assert.Contains("signals/errors failed", back.Reason, StringComparison.Ordinal);

        var before = _part.Row;
        Assert.Same(before, _part.Take(RolloutScenario.Halt).Take(RolloutScenario.TakeBack).Row);
    }

    [Fact]
    public void Its_release_is_rung_when_something_changes_for_it_and_reads_that_from_the_log()
    {
        var known = PartOf.News(_part.Row, _part.Epoch)!;
        Assert.Empty(_part.Rings);
        Assert.Empty(_part.Permitted().Rings);
        Read();
        Verify(_part);
        Assert.Equal(new Ring("passage", "autumn.production.1", 0), Assert.Single(_part.Rings));
        Read();
        Assert.Equal(new PartStage.Verified(), known.Stage);

        var rung = _part.Row.Sequence;
        _part.Take(RolloutScenario.Halt);
        Assert.Equal(rung, Assert.Single(_part.Rings).Previous);
        Read();
        Assert.Equal(PartOf.News(_part.Row, _part.Epoch), known);

        void Read() => known = PartOf.After(known, _part.Row.Sequence, _part.Transition, _part.Epoch);
    }

    [Fact]
    public void What_got_stuck_is_taken_up_again_by_its_release()
    {
        Verify(_part);
        _part.Take(RolloutScenario.TakeBack).Outcome(new Outcome.Refused("router is away"));
        Assert.IsType<PartStage.Stuck>(PartOf.StageOf(_part.State));

        _part.Take(RolloutScenario.TakeBack with { Plan = 2 });
        Assert.Equal(Phase.RollingBack, _part.State.Phase);
        Assert.NotNull(_part.Pending);
    }

    [Fact]
    public void A_call_that_nobody_can_fence_out_is_waited_for_before_it_goes_back()
    {
        var part = new RolloutScenario(
            spec => spec with { Traffic = spec.Traffic with { Fencing = Core.Specs.Fencing.None } }, isPart: true);
        part.Permitted().Healthy().Applied().Take(RolloutScenario.Halt);
        var happened = Assert.IsType<PartStage.Halted>(PartOf.StageOf(part.State)).Happened;
        Assert.Equal(part.Now.AddSeconds(7), happened.UnknownUntil);

        part.Take(RolloutScenario.TakeBack);
        Assert.Null(part.Pending);
        Assert.Equal(happened.UnknownUntil, part.Row.NextWake);
        part.After(TimeSpan.FromSeconds(7));
        // First that the old version runs.
        Assert.IsType<EffectAction.Deploy>(part.Pending!.Effect.Action);
    }

    [Fact]
    public void Where_its_version_is_stable_already_it_is_verified_at_once_and_nothing_is_taken_back()
    {
        var part = new RolloutScenario(begins: false).Take(RolloutScenario.Begin("2.0", isPart: true));
        Assert.Equal((Phase.Verified, 1), (part.State.Phase, part.Rings.Length));
        Assert.Empty(part.Row.Outbox);

        part.Take(RolloutScenario.Halt);
        Assert.Equal(new PartStage.Halted(new Happened(false, false)), PartOf.StageOf(part.State));
    }

    [Fact]
    public void Where_it_moves_nothing_the_record_of_its_slot_says_what_is_to_be_there()
    {
        var part = new RolloutScenario(begins: false).Take(RolloutScenario.Begin("2.0", isPart: true));
        var two = VersionName.From("2.0");
        var slot = Row<SlotState>.Empty with
        {
            State = new(
                RolloutScenario.Id.Slot, 2, 2, new(two, "sha256:one", part.Now), null, [], [], []),
        };
        var seen = new Observation(
            part.Now, ImmutableSortedDictionary<string, Weight>.Empty.Add($"{two}", Weight.All),
            ImmutableSortedDictionary<string, InstanceCount>.Empty.Add($"{two}", new(1, 1)), null);

        Assert.Empty(SlotExamination.Differences(slot, part.Row, seen));
    }

    [Fact]
    public void It_says_of_which_release_it_is_a_part_and_who_takes_it_back_when()
    {
        Assert.Contains("a part of autumn.production.1", Explained().Because[^1], StringComparison.Ordinal);

        Verify(_part);
        var verified = Explained();
        Assert.Equal(
            "2.0 was verified; autumn.production.1 has not completed, and may still take it back",
            Assert.Single(verified.Because));
        Assert.Equal(
            "has succeeded when autumn.production.1 has completed", Assert.Single(verified.Moves).What);
        Assert.Contains(verified.Refused, no => (no.What, no.Code) == ("abort", RefusalCodes.OfRelease));
        Assert.Equal(3, verified.WayBack.Steps.Length);

        _part.Take(RolloutScenario.Halt);
        Assert.Equal("goes back when its turn comes in autumn.production.1", Assert.Single(Explained().Moves).What);

        Explanation Explained() => Explain.Of(_part.Spec, _part.Row, _part.Now);
    }

    [Fact]
    public void A_release_that_it_is_no_part_of_cannot_stop_it()
    {
        var alone = new RolloutScenario().Permitted();

        var no = Assert.IsType<StepResult<RolloutState>.Refused>(alone.WhatIf(RolloutScenario.Halt));
        Assert.Equal(RefusalCodes.OfRelease, no.Refusal.Code);
    }

    // What it has told and was not heard yet.
    private IEnumerable<Effect> Told() => _part.Row.Outbox
        .Where(entry => entry.IsPending && !entry.Effect.Action.IsOutside).Select(entry => entry.Effect);

    private static void Verify(RolloutScenario part)
    {
        part.AtFivePercent();
        for (var minute = 0; minute < 40; minute++)
        {
            part.Unseen(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(0, 100));
            if (part.State.Phase == Phase.Verified) return;
            if (part.Healthy().Pending is not null) part.Applied();
        }

        Assert.Fail($"not verified, but {part.State.Stage}");
    }
}
