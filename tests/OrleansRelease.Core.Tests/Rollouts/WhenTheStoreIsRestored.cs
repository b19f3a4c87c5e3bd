using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>The record is a backup's and the world has gone on.</summary>
public sealed class WhenTheStoreIsRestored
{
    public static TheoryData<string> Names => [.. Places.All.Select(place => place.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_done_outside_before_somebody_has_looked(string place)
    {
        var rollout = Places.All.Single(it => it.Name == place).Make();
        if (rollout.State.IsTerminal)
        {
            Assert.Null(rollout.Restored().State.Restored);
            return;
        }

        Assert.Empty(rollout.Restored().Row.Outbox.Where(IsUnderWay));
        Assert.IsType<Restored.Unseen>(rollout.State.Restored);
        Assert.NotNull(rollout.Row.NextWake);
        foreach (var (_, input) in Inputs.Commands())
        {
            if (rollout.WhatIf(input) is StepResult<RolloutState>.Written written)
                Assert.DoesNotContain(written.Attempts, attempt => attempt.Effect.Action.IsOutside);
        }

        Assert.Empty(rollout.After(TimeSpan.FromHours(3)).Row.Outbox.Where(IsUnderWay));
    }

    [Fact]
    public void What_was_under_way_is_decided_anew_under_the_new_epoch_where_the_record_holds()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Applied().Healthy();
        var before = rollout.Pending!.Effect;

        // The share was set after the backup was taken: the record says that this may have happened.
        rollout.Restored().Take(rollout.Sees(5));
        rollout.After(TimeSpan.FromSeconds(1)).Healthy();

        var again = rollout.Pending!.Effect;
        Assert.Equal(before.Action, again.Action);
        Assert.Equal((2, true), (again.Fence.Epoch, again.Fence > before.Fence));
        Assert.Equal(EffectStatus.Unknown, rollout.Row.Outbox.Single(e => e.Effect.Ordinal == before.Ordinal).Status);
        Assert.Contains(
            rollout.Aborted().Row.Outbox, entry => entry.Effect is { Direction: Direction.Back, Fence.Epoch: 2 });
    }

    [Fact]
    public void What_was_taken_back_by_hand_goes_forward_only_when_a_person_says_so()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Applied().Healthy();
        var seen = rollout.Sees(0).Seen;
        var byHand = seen with { Fence = new Fence(1, rollout.State.Generation, FenceQuestions.FirstByHand) };

        rollout.Restored().Take(new RolloutInput.Observed(byHand));

        Assert.Contains(
            $"it was taken back by hand: fence {byHand.Fence} was accepted",
            Assert.IsType<Restored.Differs>(rollout.State.Restored).Differences);
    }

    [Fact]
    public void A_way_back_goes_on_where_the_record_holds()
    {
        var rollout = new RolloutScenario().AtFivePercent().Aborted().Applied();
        var before = rollout.Pending!.Effect;

        rollout.Restored().Take(rollout.Sees(5));

        var again = rollout.Pending!.Effect;
        Assert.Equal(before.Action.GetType(), again.Action.GetType());
        Assert.Equal((2, before.Ordinal + 1), (again.Fence.Epoch, again.Ordinal));
        rollout.Applied().Applied();
        Assert.Equal(Phase.RolledBack, rollout.State.Phase);
    }

    [Fact]
    public void A_step_that_ran_out_of_time_while_the_backup_lay_there_is_not_taken_back_for_it()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Applied().Healthy();
        Assert.NotNull(((Work.Acting)rollout.State.Work!).GiveUpAt);

        rollout.Unseen(TimeSpan.FromHours(3)).Restored().Take(rollout.Sees(0));

        Assert.IsType<Stage.Moving>(rollout.State.Stage);
    }

    [Fact]
    public void A_person_is_told_of_a_way_back_that_nobody_can_look_at()
    {
        var rollout = new RolloutScenario().AtFivePercent().Aborted().Restored();

        Assert.False(((Stage.GoingBack)rollout.State.Stage).Overdue);
        rollout.After(TimeSpan.FromHours(3)).Take(new RolloutInput.NotObserved("the router is silent"));

        Assert.True(((Stage.GoingBack)rollout.State.Stage).Overdue);
    }

    [Fact]
    public void A_way_back_has_to_see_the_shares_alone()
    {
        var forward = new RolloutScenario().AtFivePercent().Restored();
        Assert.Equal("2.0, 1.0", string.Join(", ", forward.State.ToBeSeen));

        var back = new RolloutScenario().AtFivePercent().Aborted().Restored();
        Assert.Empty(back.State.ToBeSeen);
        back.Take(back.SeesShares(5));
        Assert.Equal(2, back.Pending!.Effect.Fence.Epoch);
    }

    [Fact]
    public void An_abort_is_taken_as_soon_as_somebody_was_silent_and_begins_when_the_shares_were_seen()
    {
        var rollout = new RolloutScenario().AtFivePercent().Restored();
        Assert.Equal(RefusalCodes.Restored, rollout.Ask((actor, why) => new RolloutInput.Abort(actor, why))?.Code);
        Assert.DoesNotContain(Explained(rollout).Moves, move => move.What == "abort");

        rollout.Take(new RolloutInput.NotObserved("target/memory: connection refused"));
        Assert.Contains(Explained(rollout).Moves, move => move.What == "abort");
        rollout.Aborted();

        Assert.Null(rollout.Pending);
        Assert.Equal((Phase.RollingBack, rollout.Now), (rollout.State.Phase, rollout.Row.NextWake));
        Assert.Empty(rollout.State.ToBeSeen);
        Assert.Contains("aborted by anna", Explained(rollout).Because);

        rollout.Unseen(TimeSpan.FromSeconds(5)).Take(rollout.SeesShares(40));
        Assert.Equal("1.0 checked, traffic to 1.0, retire 2.0", Plan(rollout));
        Assert.Equal(2, rollout.Pending!.Effect.Fence.Epoch);
        rollout.Applied().Applied().Applied();
        Assert.Equal(Phase.RolledBack, rollout.State.Phase);
    }

    [Fact]
    public void An_abort_before_anything_was_seen_leaves_what_others_have_to_a_person()
    {
        var rollout = new RolloutScenario().Restored().Take(new RolloutInput.NotObserved("silent")).Aborted();
        var seen = rollout.SeesShares(0).Seen;
        rollout.Take(new RolloutInput.Observed(seen with
        {
            Shares = seen.Shares.SetItem("1.0", Weight.None).SetItem("3.0", Weight.All),
        }));

        Assert.Null(rollout.Pending);
        Assert.Equal(
            "requests go to 3.0 100 %; on record they are shared by 1.0 and 2.0",
            Assert.Single(Assert.IsType<Restored.Differs>(rollout.State.Restored).Differences));
        Assert.Equal("1.0 checked, traffic to 1.0, retire 2.0", Plan(rollout.Resumed()));
        Assert.Equal(2, rollout.Pending!.Effect.Fence.Epoch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_old_version_that_is_kept_is_not_taken_down_for_an_abort_before_anything_was_done(bool isKept)
    {
        var rollout = new RolloutScenario(isKept: isKept).Restored();
        rollout.Take(rollout.Sees(0, newRuns: true)).Aborted();

        Assert.Equal(isKept ? Phase.Cancelled : Phase.RollingBack, rollout.State.Phase);
    }

    [Fact]
    public void What_differs_holds_it_until_a_person_says_to_go_on_from_what_is_there()
    {
        var rollout = new RolloutScenario().AtFivePercent();
        rollout.Restored().Take(rollout.Sees(40));

        Assert.Equal(Phase.Paused, rollout.State.Phase);
        Assert.Equal(
            RefusalCodes.Restored, rollout.Ask((actor, reason) => new RolloutInput.Promote(actor, reason))?.Code);
        var explained = ExplanationText.Of(Explain.Of(rollout.Spec, rollout.Row, rollout.Now), 100);
        Assert.Contains("requests go to 1.0 60 %, 2.0 40 %; on record 2.0 has 5 %", explained);

        rollout.Resumed();
        Assert.Equal(Weight.Percent(40), rollout.State.Exposure.Confirmed);
        Assert.Equal(new Stage.Moving(0, new Work.Gated()), rollout.State.Stage);
        rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(0, 100)).Healthy();
        Assert.Equal((2, 2), (rollout.Pending!.Effect.Fence.Epoch, rollout.Row.Epoch));
    }

    [Fact]
    public void An_abort_takes_back_what_is_there_and_not_on_record()
    {
        // On record nothing was touched.
        var rollout = new RolloutScenario();
        rollout.Restored().Take(rollout.Sees(40)).Aborted();

        var back = Assert.IsType<Stage.GoingBack>(rollout.State.Stage);
        Assert.Equal(
            ["1.0 checked", "traffic to 1.0", "retire 2.0"], back.Plan.Steps.Select(Wording.Of));
        Assert.Equal(2, rollout.Pending!.Effect.Fence.Epoch);
    }

    [Fact]
    public void A_permit_that_comes_meanwhile_is_not_lost()
    {
        var rollout = new RolloutScenario();
        rollout.Restored().Permitted().Take(rollout.Sees(0, newRuns: false)).Healthy();

        Assert.IsType<EffectAction.Deploy>(rollout.Pending!.Effect.Action);
    }

    [Fact]
    public void Where_nobody_answers_it_is_looked_again_and_said()
    {
        var rollout = new RolloutScenario().AtFivePercent().Restored();
        rollout.Take(new RolloutInput.NotObserved("router: connection refused"));

        Assert.Equal(
            rollout.Now + Restored.LookAgainAfter,
            Assert.IsType<Restored.Unseen>(rollout.State.Restored).LookAt);
        Assert.Contains(
            "router: connection refused", Explain.Of(rollout.Spec, rollout.Row, rollout.Now).Because);
    }

    [Fact]
    public void What_was_refused_once_may_have_happened_since()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Applied().Healthy()
            .Outcome(new Outcome.NotApplied("busy")).Unseen(TimeSpan.FromSeconds(11));
        rollout.Restored().Take(rollout.Sees(5)).Aborted();

        var back = Assert.IsType<Stage.GoingBack>(rollout.State.Stage);
        Assert.Contains(back.Plan.Steps, step => step is UndoStep.RestoreTraffic);
    }

    private static Explanation Explained(RolloutScenario rollout) =>
        Explain.Of(rollout.Spec, rollout.Row, rollout.Now);

    private static string Plan(RolloutScenario rollout) =>
        string.Join(", ", ((Stage.GoingBack)rollout.State.Stage).Plan.Steps.Select(Wording.Of));

    private static bool IsUnderWay(OutboxEntry entry) => entry.IsPending && entry.Effect.Action.IsOutside;
}
