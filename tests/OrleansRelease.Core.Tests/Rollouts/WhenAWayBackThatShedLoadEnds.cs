using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using static OrleansRelease.Core.Tests.Rollouts.ShortOfCapacity;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>It has sent requests to instances that were ready, and then got stuck, was left, or was restored.</summary>
public sealed class WhenAWayBackThatShedLoadEnds
{
    [Fact]
    public void A_way_back_that_got_stuck_says_it_and_goes_on_to_look_until_all_are_ready()
    {
        var rollout = Stuck();
        Assert.Contains("class low is refused over 80 at once", Because(rollout), StringComparison.Ordinal);
        Assert.True(Asks(rollout));
        Assert.Empty(Traffic(Seen(rollout, 2)));
        Assert.False(Asks(rollout));

        rollout.Unseen(TimeSpan.FromSeconds(30));
        Assert.True(Asks(rollout));

        Assert.Null(((EffectAction.SetTraffic)Assert.Single(Traffic(Seen(rollout, 4))).Effect.Action).Shedding);
    }

    [Fact]
    public void A_way_back_that_is_tried_again_knows_what_it_has_shed()
    {
        var rollout = Stuck().Retried();

        Assert.Empty(Traffic(Seen(rollout, 2)));
        Assert.Equal(120, CapacityOf(Assert.Single(Traffic(Again(rollout, 3)))));
    }

    [Fact]
    public void A_way_back_that_got_stuck_before_it_shed_anything_does_not_begin_to()
    {
        var rollout = GoingBack();
        rollout.Take(Outcome(Awaited(rollout), new Outcome.Refused("no more room")));

        Assert.False(Asks(rollout));
        Assert.Empty(Traffic(Seen(rollout, 2)));
    }

    [Fact]
    public void A_way_back_that_got_stuck_before_it_could_shed_anything_does_not_go_on_to_try()
    {
        var rollout = Seen(GoingBack(), 2);
        rollout.Take(Outcome(Traffic(rollout)[0], new Outcome.NotApplied("away")));
        rollout.Take(Outcome(Awaited(rollout), new Outcome.Refused("no more room")));

        Assert.False(Asks(rollout));
        Assert.Empty(Traffic(Again(rollout, 2)));
        Assert.DoesNotContain("refused over", Because(rollout), StringComparison.Ordinal);
    }

    [Fact]
    public void A_way_back_that_hears_only_then_that_it_has_shed_goes_on_to_look()
    {
        var rollout = Seen(GoingBack(), 2);
        var shed = Assert.Single(Traffic(rollout));
        rollout.Unseen(TimeSpan.FromSeconds(1));
        rollout.Take(Outcome(Awaited(rollout), new Outcome.Refused("no more room")));
        Assert.False(Asks(rollout));

        rollout.Take(Outcome(shed, new Outcome.Applied()));

        Assert.True(Asks(rollout));
        Assert.Equal(40, CapacityOf(Assert.Single(Traffic(Again(rollout, 1)))));
    }

    [Fact]
    public void A_target_that_does_not_answer_is_not_asked_every_moment_while_it_is_stuck()
    {
        var rollout = Unanswered(Stuck());

        Assert.False(Asks(rollout.Unseen(TimeSpan.FromSeconds(29))));
        Assert.True(Asks(rollout.Unseen(TimeSpan.FromSeconds(1))));
    }

    /// <summary>That the target knows a newer lease does not say that its router does.</summary>
    [Fact]
    public void Whoever_is_overtaken_leaves_nothing_refused()
    {
        var rollout = Shed(2);

        rollout.Take(Outcome(Awaited(rollout), new Outcome.Overtaken(new Fence(1, 3, 1))));

        Assert.Equal(Phase.Superseded, rollout.State.Phase);
        Assert.True(Lift(rollout).Running);
    }

    /// <summary>Who has accepted a newer fence was told anew what is refused.</summary>
    [Fact]
    public void Whoever_is_overtaken_at_the_router_has_left_nothing_there()
    {
        var rollout = Shed(2);
        rollout.Take(Outcome(Awaited(rollout), new Outcome.Applied()));

        rollout.Take(Outcome(Awaited(rollout), new Outcome.Overtaken(new Fence(1, 3, 1))));

        Assert.Equal(Phase.Superseded, rollout.State.Phase);
        Assert.DoesNotContain(rollout.Row.Outbox, IsLift);
    }

    /// <summary>The step that lifts it has failed, so it is not known to be lifted.</summary>
    [Fact]
    public void Whoever_leaves_it_after_it_could_not_be_lifted_lifts_it_all_the_same()
    {
        var rollout = Shed(2, isPart: true);
        rollout.Take(Outcome(Awaited(rollout), new Outcome.Applied()));
        rollout.Take(Outcome(Awaited(rollout), new Outcome.Refused("the token is not known")));
        Assert.Contains("class low may still be refused over 80", Because(rollout), StringComparison.Ordinal);

        rollout.Take(RolloutScenario.Leave);

        Assert.True(Lift(rollout).Running);
    }

    [Fact]
    public void In_a_restored_store_what_is_refused_and_not_on_record_is_a_difference_and_taken_back()
    {
        var rollout = Rollout().Permitted().Healthy().Applied().Restored();
        var seen = rollout.Sees(0);

        rollout.Take(seen with { Seen = seen.Seen with { Shedding = Rule.Of(2, 4) } });

        var differs = Assert.IsType<Restored.Differs>(rollout.State.Restored);
        Assert.Equal(
            "class low is refused over 80 requests at once; on record nothing is", Assert.Single(differs.Differences));
        rollout.Aborted();
        Assert.Contains(Back(rollout).Plan.Steps, step => step is UndoStep.RestoreTraffic);
    }

    [Fact]
    public void In_a_restored_store_what_a_way_back_will_lift_is_no_difference()
    {
        var rollout = GoingBack().Restored();
        var seen = rollout.Sees(0);

        rollout.Take(seen with { Seen = seen.Seen with { Shedding = Rule.Of(2, 4) } });

        Assert.Null(rollout.State.Restored);
    }

    /// <summary>That it was seen is not on record; but what lifts it looks.</summary>
    [Fact]
    public void A_restored_way_back_that_is_left_lifts_what_may_have_been_seen()
    {
        var rollout = Rollout(isPart: true).AtFivePercent();
        rollout.Take(RolloutScenario.Halt).Take(RolloutScenario.TakeBack).Restored();
        var seen = rollout.Sees(0);
        rollout.Take(seen with { Seen = seen.Seen with { Shedding = Rule.Of(2, 4) } });

        rollout.Take(RolloutScenario.Leave);

        Assert.True(Lift(rollout).Running);
    }

    [Fact]
    public void In_a_restored_store_requests_that_were_back_are_back()
    {
        var rollout = Shed(2).Restored();
        rollout.Take(rollout.Sees(0));

        Assert.Equal(40, CapacityOf(Assert.Single(Traffic(Seen(rollout, 1)))));
    }

    [Fact]
    public void However_often_it_could_not_be_said_that_it_is_lifted_it_is_known_to_be_shed()
    {
        var rollout = Stuck();
        rollout.Unseen(TimeSpan.FromSeconds(30));
        for (var again = 0; again < RowLimits.KeptEffectsOfASort + 4; again++)
        {
            var lift = Assert.Single(Traffic(Seen(rollout, 4)));
            rollout.Take(Outcome(lift, new Outcome.Unknown("no answer")));
            rollout.Unseen(TimeSpan.FromSeconds(30));
        }

        Assert.Contains("class low may still be refused over 80", Because(rollout), StringComparison.Ordinal);
    }

    /// <summary>It repeats what it sees, which what is under way would change behind its back.</summary>
    [Fact]
    public void What_lifts_it_waits_until_nothing_can_arrive_any_more()
    {
        var rollout = Shed(2, isPart: true);
        rollout.Take(Outcome(Awaited(rollout), new Outcome.Applied()));
        var restoring = Awaited(rollout);
        Assert.True(restoring.Running);

        rollout.Take(RolloutScenario.Leave);

        Assert.False(Lift(rollout).Running);
        Assert.Equal(restoring.OverAt, Lift(rollout).DueAt);
    }

    [Fact]
    public void A_way_back_that_waits_for_a_person_names_no_time()
    {
        var rollout = Stuck();

        Assert.NotNull(rollout.Row.NextWake);
        Assert.Null(NextMove.Of(rollout.Row));
    }

    [Fact]
    public void Whoever_leaves_it_as_it_is_does_not_leave_requests_refused()
    {
        var rollout = Rollout(isPart: true).AtFivePercent();
        rollout.Take(RolloutScenario.Halt).Take(RolloutScenario.TakeBack);
        Seen(rollout, 2).Take(Outcome(Traffic(rollout)[0], new Outcome.Applied()));

        rollout.Take(RolloutScenario.Leave);

        Assert.Equal(Phase.Superseded, rollout.State.Phase);
        Assert.Empty(Traffic(rollout));
        Assert.True(Lift(rollout).Running);
    }

    /// <summary>It looks first whether anything is refused, so what is under way must be over by then.</summary>
    [Fact]
    public void What_may_still_arrive_is_waited_for_before_it_is_lifted()
    {
        var rollout = Rollout(isPart: true).AtFivePercent();
        Seen(rollout.Take(RolloutScenario.Halt).Take(RolloutScenario.TakeBack), 2);
        var shed = Assert.Single(Traffic(rollout));

        rollout.Take(RolloutScenario.Leave);

        Assert.Equal((false, shed.OverAt), (Lift(rollout).Running, Lift(rollout).DueAt));
        rollout.After(TimeSpan.FromSeconds(10));
        Assert.True(Lift(rollout).Running);
    }

    /// <summary>Nobody else knows of it any more.</summary>
    [Fact]
    public void It_is_tried_for_hours_and_said_until_it_is_lifted()
    {
        var rollout = Shed(2, isPart: true).Take(RolloutScenario.Leave);
        for (var attempt = 1; attempt < 100; attempt++)
        {
            rollout.Take(Outcome(Lift(rollout), new Outcome.NotApplied("the router is away")));
            rollout.After(TimeSpan.FromSeconds(30));
        }

        Assert.Contains(
            "class low may still be refused over 80 at once, which is being lifted (attempt 100: the router is away)",
            Because(rollout), StringComparison.Ordinal);
        Assert.NotNull(rollout.Row.NextWake);
        rollout.Take(Outcome(Lift(rollout), new Outcome.Applied()));
        Assert.DoesNotContain("refused", Because(rollout), StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_lifted_is_said_for_good()
    {
        var rollout = Shed(2, isPart: true).Take(RolloutScenario.Leave);

        rollout.Take(Outcome(Lift(rollout), new Outcome.Refused("the slot is not valid")));

        Assert.Contains(
            "class low may still be refused over 80 at once, which could not be lifted", Because(rollout),
            StringComparison.Ordinal);
    }

    /// <summary>By whom is on no record.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_leaves_a_restored_store_lifts_what_was_seen_to_be_refused(bool isRefused)
    {
        var rollout = Rollout(isPart: true).AtFivePercent().Restored();
        var seen = rollout.Sees(50);
        rollout.Take(seen with { Seen = seen.Seen with { Shedding = isRefused ? Rule.Of(2, 4) : null } });
        Assert.IsType<Restored.Differs>(rollout.State.Restored);

        rollout.Take(RolloutScenario.Leave);

        Assert.Equal((Phase.Superseded, null), (rollout.State.Phase, rollout.State.Restored));
        Assert.Equal(isRefused, rollout.Row.Outbox.Any(IsLift));
    }

    [Fact]
    public void Leaving_what_has_shed_nothing_touches_nothing()
    {
        var rollout = Rollout(isPart: true).AtFivePercent();
        rollout.Take(RolloutScenario.Halt).Take(RolloutScenario.TakeBack).Take(RolloutScenario.Leave);

        Assert.Empty(Traffic(rollout));
        Assert.DoesNotContain(rollout.Row.Outbox, IsLift);
    }

    [Fact]
    public void In_a_restored_store_it_is_seen_anew_whether_it_is_short()
    {
        var rollout = Seen(GoingBack(), 2).Unseen(TimeSpan.FromMinutes(1)).Restored();
        Assert.False(Asks(rollout));

        rollout.Take(rollout.Sees(0)).Unseen(Questions.GatesInterval);

        Assert.Equal((true, null), (Back(rollout).Shed!.IsBack, Back(rollout).Shed!.SeenAt));
        Assert.True(Asks(rollout));
    }

    [Fact]
    public void The_plan_and_the_explanation_say_it()
    {
        var rollout = Seen(GoingBack(), 2);

        var plan = RolloutPlan.Of(rollout.Spec, "sha256:two", rollout.State.Baseline);
        Assert.Contains(plan.Back, step => step.Text.Contains(
            "class low is refused over 40 at once for each", StringComparison.Ordinal));
        var explained = Explain.Of(rollout.Spec, rollout.Row, rollout.Now);
        Assert.Contains(explained.Because, reason => reason.Contains(
            "2 of 4 ready; until all are, class low is refused over 80 at once", StringComparison.Ordinal));
    }
}
