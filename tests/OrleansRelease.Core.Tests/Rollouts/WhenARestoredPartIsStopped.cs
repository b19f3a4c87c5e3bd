using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>The store was restored, and the release of a rollout stops or leaves it.</summary>
public sealed class WhenARestoredPartIsStopped
{
    private readonly RolloutScenario _part = Places.All.Single(place => place.Name == "part: verified").Make();

    [Fact]
    public void What_differs_is_stopped_and_goes_back_when_its_turn_comes()
    {
        _part.Restored().Take(_part.Sees(40)).Take(RolloutScenario.Halt);

        Assert.IsType<PartStage.Halted>(PartOf.StageOf(_part.State));
        Assert.Null(_part.Pending);
        _part.Take(RolloutScenario.TakeBack);
        Assert.Equal(2, _part.Pending!.Effect.Fence.Epoch);
        _part.Applied().Applied().Applied();
        Assert.Equal(Phase.RolledBack, _part.State.Phase);
    }

    [Fact]
    public void What_others_have_is_left_to_a_person()
    {
        _part.Restored();
        var seen = _part.Sees(0).Seen;
        _part.Take(new RolloutInput.Observed(seen with
        {
            Shares = seen.Shares.SetItem("1.0", Weight.None).SetItem("3.0", Weight.All),
        }));

        Assert.Equal(RefusalCodes.Restored, Refused(RolloutScenario.Halt)?.Code);
        _part.Take(RolloutScenario.Leave);
        Assert.Equal(Phase.Superseded, _part.State.Phase);
        Assert.Null(_part.Pending);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_nobody_answers_it_is_stopped_at_once_and_goes_back_when_the_shares_were_seen(bool halted)
    {
        _part.Restored();
        Assert.Equal(RefusalCodes.Restored, Refused(RolloutScenario.Halt)?.Code);
        _part.Take(new RolloutInput.NotObserved("target/memory: connection refused"));
        if (halted) _part.Take(RolloutScenario.Halt);

        _part.Take(RolloutScenario.TakeBack);

        Assert.Equal(new PartStage.Halted(Happened.Anything), PartOf.StageOf(_part.State));
        Assert.Empty(_part.State.ToBeSeen);
        Assert.Null(_part.Pending);
        _part.Unseen(TimeSpan.FromSeconds(5)).Take(_part.SeesShares(40));
        Assert.Equal(2, _part.Pending!.Effect.Fence.Epoch);
        _part.Applied().Applied().Applied();
        Assert.Equal(Phase.RolledBack, _part.State.Phase);
    }

    [Fact]
    public void What_it_said_without_having_seen_it_says_better_when_it_has()
    {
        _part.Restored().Take(new RolloutInput.NotObserved("silent")).Take(RolloutScenario.Halt);

        _part.Take(_part.SeesShares(100));

        Assert.Equal(
            new PartStage.Halted(new Happened(Deployed: true, Exposed: true)), PartOf.StageOf(_part.State));
        Assert.Single(_part.Rings);
    }

    // Moving, it would go back alone when it fails, whoever stands on it.
    [Fact]
    public void Verified_it_never_moves_again_by_itself()
    {
        _part.Restored().Take(_part.Sees(40));
        var no = _part.Ask((actor, reason) => new RolloutInput.Resume(actor, reason));
        Assert.Equal(
            (RefusalCodes.Restored,
                "retry to look again when 2.0 has all requests, or abort autumn.production.1 to take it back"),
            (no?.Code, no?.Accepted));
        Assert.Equal(
            "abort autumn.production.1",
            _part.Ask((actor, reason) => new RolloutInput.Abort(actor, reason))?.Accepted);

        _part.Retried().Take(_part.Sees(100, oldRuns: false));
        Assert.IsType<Restored.Differs>(_part.State.Restored);
        _part.Resumed().After(TimeSpan.FromMinutes(1));
        Assert.Equal((Phase.Verified, null), (_part.State.Phase, _part.Pending));
    }

    [Fact]
    public void Verified_it_is_that_for_its_release_only_when_it_was_seen()
    {
        var known = PartOf.News(_part.Row, epoch: 2)!;
        Assert.IsType<PartStage.Moving>(known.Stage);

        _part.Restored();
        Read();
        Assert.IsType<PartStage.Moving>(known.Stage);
        _part.Take(_part.Sees(40));
        Assert.IsType<PartStage.Moving>(PartOf.News(_part.Row, _part.Epoch)!.Stage);
        _part.Retried().Take(_part.Sees(100));
        Read();
        Assert.IsType<PartStage.Verified>(known.Stage);
        Assert.IsType<PartStage.Verified>(PartOf.News(_part.Row, _part.Epoch)!.Stage);

        void Read() => known = PartOf.After(known, _part.Row.Sequence, _part.Transition, _part.Epoch);
    }

    [Fact]
    public void What_it_said_before_the_restore_is_no_word_of_it()
    {
        var known = new PartNews(_part.State.Id, 1, new PartStage.Moving());

        Assert.IsType<PartStage.Verified>(After(epoch: 1));
        Assert.IsType<PartStage.Moving>(After(epoch: 2));

        PartStage After(int epoch) =>
            PartOf.After(known, _part.Row.Sequence, _part.Transition, epoch).Stage;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Its_release_has_completed_by_the_record_whatever_is_there(bool isSeen)
    {
        _part.Restored();
        if (isSeen) _part.Take(_part.Sees(40));

        _part.Take(new RolloutInput.Complete(RolloutScenario.Passage));

        Assert.Equal((Phase.Succeeded, null), (_part.State.Phase, _part.Pending));
    }

    [Fact]
    public void What_was_stable_before_is_looked_at_as_well_because_others_stand_on_it()
    {
        var needless = Places.All.Single(place => place.Name == "part: needless").Make().Restored();
        Assert.Single(needless.State.ToBeSeen);
        Assert.IsType<PartStage.Moving>(PartOf.StageOf(needless.State));

        needless.Take(needless.Sees(40));
        Assert.Contains(
            "on record 2.0 is stable and has all", Assert.Single(RestoredText.Reasons(needless.State.Restored)[1..]),
            StringComparison.Ordinal);
        needless.Retried().Take(needless.Sees(100));

        Assert.Null(needless.State.Restored);
        Assert.IsType<PartStage.Verified>(PartOf.StageOf(needless.State));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_stable_before_stops_at_once_and_nothing_of_it_goes_back(bool? isThere)
    {
        var needless = Places.All.Single(place => place.Name == "part: needless").Make().Restored();
        if (isThere is { } there) needless.Take(needless.Sees(there ? 100 : 40));

        needless.Take(RolloutScenario.TakeBack);

        Assert.IsType<PartStage.Back>(PartOf.StageOf(needless.State));
        Assert.Null(needless.Pending);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_has_begun_since_the_backup_is_found_under_its_lease_and_goes_back(bool halted)
    {
        var part = NotBegun();
        if (halted) part.Take(RolloutScenario.Halt with { Lost = Lost });

        part.Take(RolloutScenario.TakeBack with { Lost = Lost });

        Assert.Equal(new PartStage.Halted(Happened.Anything), PartOf.StageOf(part.State));
        Assert.Null(part.Pending);
        Assert.Null(Refusal(part, RolloutScenario.Begin(isPart: true)));
        part.Take(part.Sees(40));
        Assert.Equal(new Fence(2, 2, 1), part.Pending!.Effect.Fence with { Ordinal = 1 });
        part.Applied().Applied().Applied();
        Assert.Equal(Phase.RolledBack, part.State.Phase);
    }

    [Fact]
    public void What_has_not_begun_since_the_backup_either_has_nothing_to_take_back_once_that_was_seen()
    {
        var part = NotBegun().Take(RolloutScenario.Halt with { Lost = Lost });

        Assert.NotEmpty(part.Rings);
        part.Take(part.Sees(0, newRuns: false));

        Assert.Equal(new PartStage.Halted(new Happened(false, false)), PartOf.StageOf(part.State));
        Assert.True(part.State.IsTerminal);
        Assert.Null(part.Pending);
    }

    [Fact]
    public void Where_the_version_was_stable_before_nothing_can_have_happened_under_the_lease()
    {
        var lost = Lost with { Baseline = VersionName.From("2.0") };

        var part = NotBegun().Take(RolloutScenario.Halt with { Lost = lost });

        Assert.True(part.State.HasNeverBegun);
    }

    private static Grant Lost { get; } = new(RolloutScenario.Id, 2, VersionName.From("1.0"), "sha256:one");

    private static RolloutScenario NotBegun() => new(begins: false, epoch: 2);

    private Refusal? Refused(RolloutInput input) => Refusal(_part, input);

    private static Refusal? Refusal(RolloutScenario part, RolloutInput input) =>
        (part.WhatIf(input) as Core.Durability.StepResult<RolloutState>.Refused)?.Refusal;
}
