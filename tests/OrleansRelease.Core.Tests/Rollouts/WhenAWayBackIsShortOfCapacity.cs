using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using static OrleansRelease.Core.Tests.Rollouts.ShortOfCapacity;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>An instance can serve forty requests at once, and of four not all are ready.</summary>
public sealed class WhenAWayBackIsShortOfCapacity
{
    [Fact]
    public void Requests_go_to_the_instances_that_are_ready_and_class_low_comes_last()
    {
        var rollout = Seen(GoingBack(), 2);

        var shed = Assert.Single(Traffic(rollout));
        var set = (EffectAction.SetTraffic)shed.Effect.Action;
        Assert.Equal(new Shedding(80, Rule.RetryAfter, Rule.Header, Rule.Low), set.Shedding);
        Assert.Equal((Weight.None, Direction.Back), (set.Split.CandidateWeight, shed.Effect.Direction));
        Assert.IsType<EffectAction.Deploy>(Awaited(rollout).Effect.Action);
    }

    [Fact]
    public void The_step_that_comes_next_lifts_it_and_nobody_waits_for_it_any_more()
    {
        var rollout = Seen(GoingBack(), 2);
        var shed = Traffic(rollout)[0];

        rollout.Take(Outcome(Awaited(rollout), new Outcome.Applied()));

        var lifts = Assert.Single(Traffic(rollout));
        Assert.Null(((EffectAction.SetTraffic)lifts.Effect.Action).Shedding);
        Assert.True(lifts.Effect.Fence > shed.Effect.Fence, "what was shed could come after it");
        Assert.False(Asks(rollout));
        rollout.Applied().Applied();
        Assert.Equal(Phase.RolledBack, rollout.State.Phase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_cannot_be_shed_neither_holds_up_nor_ends_the_way_back(bool hangs)
    {
        var rollout = Seen(GoingBack(), 2);
        var (awaited, before) = (Awaited(rollout), Seen(GoingBack(rule: null), 2));
        if (!hangs) rollout.Take(Outcome(Traffic(rollout)[0], new Outcome.Refused("'other' cannot shed load")));

        Assert.Equal(awaited, Awaited(rollout));
        Assert.Equal(Back(before).Deadline, Back(rollout).Deadline);
        Assert.Equal(Back(before).Plan.Steps.ToArray(), Back(rollout).Plan.Steps.ToArray());
        rollout.Take(Outcome(awaited, new Outcome.Applied())).Applied().Applied();
        Assert.Equal(Phase.RolledBack, rollout.State.Phase);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Nothing_is_shed_where_all_are_ready_or_too_few_for_class_high(int ready) =>
        Assert.Empty(Traffic(Seen(GoingBack(), ready)));

    [Fact]
    public void A_service_that_has_not_said_how_is_not_even_asked()
    {
        var rollout = GoingBack(rule: null);

        Assert.False(Asks(rollout));
        Assert.Empty(Traffic(Seen(rollout, 2)));
    }

    [Fact]
    public void Where_no_fence_would_keep_it_out_after_it_was_lifted_nothing_is_shed()
    {
        var rollout = GoingBack(fencing: Fencing.None);

        Assert.False(Asks(rollout));
        Assert.Empty(Traffic(Seen(rollout, 2)));
    }

    [Fact]
    public void What_was_ready_before_it_went_back_counts_for_nothing()
    {
        var rollout = Rollout().AtFivePercent();
        var early = new RolloutInput.Answered([], new HealthFact(rollout.Now, new(1, 1), new(2, 4)));
        rollout.Take(early).Unseen(TimeSpan.FromSeconds(1)).Aborted();

        Assert.True(Asks(rollout));
        Assert.Empty(Traffic(rollout.Take(early)));
    }

    [Fact]
    public void It_is_asked_again_while_it_waits_and_more_that_are_ready_get_more()
    {
        var rollout = Seen(GoingBack(), 2);
        Assert.False(Asks(rollout));
        rollout.Unseen(Questions.GatesInterval);
        Assert.True(Asks(rollout));
        Seen(rollout, 3);
        Assert.Single(Traffic(rollout));

        rollout.Take(Outcome(Traffic(rollout)[0], new Outcome.Applied())).Unseen(Questions.GatesInterval);
        Seen(rollout, 3);

        Assert.Equal(120, CapacityOf(Assert.Single(Traffic(rollout))));
    }

    [Fact]
    public void One_that_is_gone_takes_its_share_with_it_also_below_the_half()
    {
        var rollout = Again(Shed(3), 2);
        Assert.Equal(80, CapacityOf(Assert.Single(Traffic(rollout))));

        rollout = Again(Settled(rollout), 1);
        Assert.Equal(40, CapacityOf(Assert.Single(Traffic(rollout))));

        Assert.Empty(Traffic(Again(Settled(rollout), 0)));
    }

    [Fact]
    public void As_many_others_are_others()
    {
        var rollout = Settled(Seen(GoingBack(), 2, "a and b"));

        Assert.Empty(Traffic(Again(rollout, 2, "a and b")));
        Assert.Equal(80, CapacityOf(Assert.Single(Traffic(Again(rollout, 2, "a and c")))));
    }

    /// <summary>A router that is starting again refuses at once, and may be there in two seconds.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_has_failed_is_decided_again_by_the_next_look_and_not_before(bool isUnknown)
    {
        var rollout = Seen(GoingBack(), 2);
        rollout.Take(Outcome(
            Traffic(rollout)[0], isUnknown ? new Outcome.Unknown("lost") : new Outcome.NotApplied("away")));
        Assert.Empty(Traffic(rollout));

        Assert.Single(Traffic(Again(rollout, 2)));
    }

    [Fact]
    public void What_was_refused_is_not_asked_for_again()
    {
        var rollout = Seen(GoingBack(), 2);
        rollout.Take(Outcome(Traffic(rollout)[0], new Outcome.Refused("'other' cannot shed load")));

        Assert.Empty(Traffic(Again(rollout, 2)));
    }

    [Fact]
    public void When_all_are_ready_nothing_is_refused_any_more_whatever_the_step_waits_for()
    {
        var rollout = Again(Shed(2), 4);

        Assert.Null(((EffectAction.SetTraffic)Assert.Single(Traffic(rollout)).Effect.Action).Shedding);
        Assert.Empty(Traffic(Again(Settled(rollout), 4)));
        Assert.IsType<EffectAction.Deploy>(Awaited(rollout).Effect.Action);
    }

    [Fact]
    public void One_short_attempt_is_made_so_that_a_router_that_hangs_is_not_full_of_them()
    {
        var slow = new EffectLimits(TimeSpan.FromMinutes(1), 5, TimeSpan.FromSeconds(1));
        var rollout = new RolloutScenario(
            spec => spec with { Shed = Rule, Traffic = spec.Traffic with { Limits = slow } })
            .AtFivePercent().Aborted();

        var limits = Assert.Single(Traffic(Seen(rollout, 2))).Effect.Limits;

        Assert.Equal((1, TimeSpan.FromSeconds(5)), (limits.Attempts, limits.Timeout));
    }

    /// <summary>Nobody is there yet: all of them would come to one instance of four.</summary>
    [Fact]
    public void What_has_sent_nobody_back_needs_half_of_the_instances_still()
    {
        var rollout = Seen(GoingBack(), 2);
        rollout.Take(Outcome(Traffic(rollout)[0], new Outcome.NotApplied("one has died")));

        Assert.Empty(Traffic(Again(rollout, 1)));
        Assert.Empty(Traffic(Again(rollout, 4)));
        Assert.Equal(80, CapacityOf(Assert.Single(Traffic(Again(rollout, 2)))));
    }

    [Fact]
    public void Whoever_may_be_back_stays_there_however_few_are_left()
    {
        var rollout = Seen(GoingBack(), 2);
        rollout.Take(Outcome(Traffic(rollout)[0], new Outcome.Unknown("lost")));

        Assert.Equal(40, CapacityOf(Assert.Single(Traffic(Again(rollout, 1)))));
    }

    [Fact]
    public void Whoever_was_let_through_when_all_were_ready_is_back_still_when_one_is_gone()
    {
        var rollout = Settled(Again(Shed(2), 4));

        Assert.Equal(40, CapacityOf(Assert.Single(Traffic(Again(rollout, 1)))));
    }

    [Fact]
    public void Nobody_waits_for_what_is_set_beside_the_step()
    {
        var rollout = Shed(2);
        Assert.True(IsBeside(Assert.Single(Traffic(Again(rollout, 4)))));

        rollout.Take(Outcome(Awaited(rollout), new Outcome.Applied()));

        Assert.False(IsBeside(Assert.Single(Traffic(rollout))));
        static bool IsBeside(OutboxEntry entry) => entry.Effect.Action is EffectAction.SetTraffic { IsBeside: true };
    }

    [Fact]
    public void A_target_that_does_not_answer_is_asked_again_as_one_that_does()
    {
        var rollout = Unanswered(Seen(GoingBack(), 1).Unseen(Questions.GatesInterval));

        Assert.False(Asks(rollout));
        Assert.Empty(Traffic(rollout));
        Assert.True(Asks(rollout.Unseen(Questions.GatesInterval)));
    }

    [Fact]
    public void It_is_said_that_requests_are_back_when_they_are()
    {
        var rollout = Seen(GoingBack(), 2);
        Assert.Contains("requests are being sent to 1.0, of which 2 of 4", Because(rollout), StringComparison.Ordinal);

        rollout.Take(Outcome(Traffic(rollout)[0], new Outcome.NotApplied("away")));
        Assert.Contains(
            "requests could not be sent to 1.0, of which 2 of 4 ready (attempt 1: away)", Because(rollout),
            StringComparison.Ordinal);

        Settled(Again(rollout, 2));
        Assert.Contains("requests go to 1.0 already, of which 2 of 4", Because(rollout), StringComparison.Ordinal);
    }

    /// <summary>What is set before holds on where the new capacity has not arrived.</summary>
    [Fact]
    public void What_may_be_refused_by_what_came_before_is_said_as_well()
    {
        var rollout = Again(Shed(3), 2);

        rollout.Take(Outcome(Assert.Single(Traffic(rollout)), new Outcome.NotApplied("away")));

        Assert.Contains("class low may still be refused over 120 at once", Because(rollout), StringComparison.Ordinal);
    }

    /// <summary>Which instances are ready is looked at beside it.</summary>
    [Fact]
    public void When_the_way_back_goes_on_is_said_of_the_step_that_it_waits_for()
    {
        var rollout = Seen(GoingBack(), 2);

        var goesOn = Explain.Of(rollout.Spec, rollout.Row, rollout.Now).Moves.First(move => move.By == MovedBy.Itself);

        Assert.Equal(Awaited(rollout).DueAt, goesOn.At);
        Assert.NotEqual(rollout.Row.NextWake, goesOn.At);
    }
}
