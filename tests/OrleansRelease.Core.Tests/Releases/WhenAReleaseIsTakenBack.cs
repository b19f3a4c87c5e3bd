using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

public sealed class WhenAReleaseIsTakenBack
{
    private const string Diamond = "web: cart search; cart: catalog; search: catalog; catalog";

    private static PassageScenario AtTheLast => new PassageScenario(Diamond).Leased().Verified("catalog cart search");

    [Fact]
    public void First_everything_stops_and_says_what_has_happened()
    {
        var release = AtTheLast.Failed("web");

        Assert.Equal(PassagePhase.RollingBack, release.State.Phase);
        Assert.Equal(
            ["cart.production.7", "catalog.production.7", "search.production.7"],
            release.Told.OfType<EffectAction.HaltRollout>().Select(halt => $"{halt.Rollout}"));
        // Whoever goes back by itself has stopped already.
        Assert.Equal("", release.Halted("catalog cart").Undone);
    }

    [Fact]
    public void Then_all_of_it_goes_back_in_exact_reverse_and_branches_go_together()
    {
        var release = AtTheLast.Failed("web").Halted("catalog cart search");

        Assert.Equal(1, release.Plan.Number);
        Assert.Equal("web search cart catalog", string.Join(' ', release.Plan.Steps.Select(step => step.Service)));
        Assert.Equal("", release.Undone);
        Assert.Equal("search cart", release.Back("web").Undone);
        Assert.Equal("", release.Back("search").Undone);
        Assert.Equal("catalog", release.Back("cart").Undone);

        release.Back("catalog");
        var ended = Assert.IsType<PassageStage.Ended>(release.State.Stage);
        Assert.Equal(PassagePhase.RolledBack, ended.As);
        Assert.Equal("web failed: errors failed", ended.Cause?.Text);
        Assert.All(release.Told.OfType<EffectAction.ReturnSlot>(), back => Assert.False(back.Completed));
        Assert.Equal(4, release.Told.OfType<EffectAction.ReturnSlot>().Count());
    }

    [Fact]
    public void What_nobody_has_touched_is_in_no_plan()
    {
        var release = new PassageScenario("c: b; b: a; a; other").Leased().Verified("a").Aborted()
            .Halted("a").Halted("b", new Happened(Deployed: false, Exposed: false)).Halted("other");

        Assert.Equal("other a", string.Join(' ', release.Plan.Steps.Select(step => step.Service)));
        // c was never begun, and nobody has to undo it.
        Assert.Equal("other a", release.Undone);
    }

    [Fact]
    public void Who_does_not_answer_in_time_has_done_everything()
    {
        var release = AtTheLast.Failed("web").Halted("catalog search").After(PassageLimits.HaltWithin);

        var cart = release.Plan.Steps.Single(step => step.Service == ServiceName.From("cart"));
        Assert.Equal(Happened.Anything, cart.Happened);
        Assert.Equal("search cart", release.Back("web").Undone);
    }

    [Fact]
    public void What_becomes_known_later_makes_the_next_plan()
    {
        var release = AtTheLast.Failed("web").Halted("catalog search").After(PassageLimits.HaltWithin);

        release.Halted("cart", new Happened(Deployed: true, Exposed: false));

        Assert.Equal(2, release.Plan.Number);
        Assert.False(release.Plan.Steps.Single(step => step.Service == ServiceName.From("cart")).Happened!.Exposed);
        // The same said again makes none.
        Assert.Equal(2, release.Halted("cart", new Happened(Deployed: true, Exposed: false)).Plan.Number);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_says_late_that_nothing_has_happened_is_waited_for_no_longer(bool isStuck)
    {
        var release = AtTheLast.Failed("web").Halted("catalog search").After(PassageLimits.HaltWithin).Back("web");
        Assert.IsType<PartStage.Undoing>(release.StageOf("cart"));
        if (isStuck) release.Stuck("cart");

        release.Halted("cart", new Happened(Deployed: false, Exposed: false));

        Assert.IsType<PartStage.Halted>(release.StageOf("cart"));
        // It had been told to go back before.
        Assert.IsType<PartStage.Halted>(release.Failed("cart").StageOf("cart"));
        Assert.Equal("catalog", release.Back("search").Undone);
    }

    [Fact]
    public void A_call_that_may_still_arrive_holds_up_only_what_goes_back_after_it()
    {
        var release = AtTheLast.Failed("web");
        var until = release.Now + TimeSpan.FromMinutes(2);
        release.Halted("catalog search").Halted("cart", new Happened(true, true, until));

        Assert.Equal("search", release.Back("web").Undone);
        Assert.Equal("", release.Back("search").Undone);
        Assert.True(release.Row.NextWake <= until);

        Assert.Equal("cart", release.After(TimeSpan.FromMinutes(2)).Undone);
        Assert.Equal("catalog", release.Back("cart").Undone);
    }

    [Fact]
    public void A_step_that_gets_stuck_holds_up_what_it_stands_on_and_nothing_else()
    {
        var release = AtTheLast.Failed("web").Halted("catalog cart search").Back("web").Stuck("search");
        Assert.Equal(PassagePhase.Failed, release.State.Phase);

        Assert.Equal("", release.Back("cart").Undone);
        Assert.Equal("search", release.Asked(new PassageInput.Retry(PassageScenario.Anna, null)).Undone);
        Assert.Equal(PassagePhase.RollingBack, release.State.Phase);
        Assert.Equal("catalog", release.Back("search").Undone);
        Assert.Equal(1, release.Plan.Number);
    }

    [Fact]
    public void A_person_may_leave_what_is_stuck_as_it_is()
    {
        var release = AtTheLast.Failed("web").Halted("catalog cart search").Back("web cart").Stuck("search");

        release.Asked(new PassageInput.Leave(ServiceName.From("search"), PassageScenario.Anna, "by hand"));

        Assert.Equal("catalog", release.Undone);
        Assert.Equal("left as it is by anna: by hand", Assert.IsType<PartStage.Left>(release.StageOf("search")).Reason);
        Assert.Equal(PassagePhase.RolledBack, release.Back("catalog").State.Phase);
    }

    [Fact]
    public void A_slot_that_somebody_else_has_moved_is_left_alone()
    {
        var release = AtTheLast.Failed("web").Halted("catalog search")
            .Each("cart", new PartStage.Left("fence 2.9.1 was accepted"));

        Assert.DoesNotContain(release.Plan.Steps, step => step.Service == ServiceName.From("cart"));
        Assert.Equal("search", release.Back("web").Undone);
        Assert.Equal("catalog", release.Back("search").Undone);
    }

    [Fact]
    public void The_time_that_it_takes_at_most_is_that_of_the_longest_chain()
    {
        var release = AtTheLast.Failed("web").Halted("catalog search cart");
        var deadline = Assert.IsType<PassageStage.GoingBack>(release.State.Stage).Deadline;

        // web, then cart or search, then catalog: a minute each, read five seconds late each, and the stop with its one
        // failover.
        Assert.Equal(TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(15 + 20), deadline - release.Now);
        release.After(deadline - release.Now);
        Assert.True(Assert.IsType<PassageStage.GoingBack>(release.State.Stage).Overdue);
    }

    [Fact]
    public void Where_the_stop_has_taken_its_time_no_second_failover_is_waited_for()
    {
        var announced = PlannedRollback.Of(AtTheLast.Spec, AtTheLast.State, AtTheLast.Now).AtMost;
        var release = AtTheLast.Failed("web");
        var decided = release.Now;

        release.Halted("catalog search").After(PassageLimits.HaltWithin);

        Assert.Equal(decided + announced, Assert.IsType<PassageStage.GoingBack>(release.State.Stage).Deadline);
    }

    [Fact]
    public void The_plan_can_be_read_at_any_time_and_says_what_is_next_and_why()
    {
        var release = AtTheLast;
        var before = PlannedRollback.Of(release.Spec, release.State, release.Now);
        Assert.Equal((1, false), (before.Number, before.IsCarriedOut));
        Assert.Equal("web search cart catalog", string.Join(' ', before.Steps.Select(step => step.Service)));
        // Everything is stopped before.
        Assert.Equal(TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(15 + 20), before.AtMost);

        release.Failed("web").Halted("catalog search").Halted("cart", new Happened(Deployed: true, Exposed: false));
        var plan = PlannedRollback.Of(release.Spec, release.State, release.Now);

        Assert.True(plan.IsCarriedOut);
        Assert.Equal("catalog cart search web", string.Join(' ', plan.Resume));
        Assert.Equal(
            [
                "web takes itself back: errors failed", "search waits for its turn", "cart waits for its turn",
                "catalog waits for its turn",
            ],
            plan.Steps.Select(step => $"{step.Service} {step.Standing}"));
        Assert.Equal(["1.0 checked", "traffic to 1.0", "retire 2.0"], plan.Steps[3].Steps.AsEnumerable());
        Assert.Equal(["retire 2.0"], plan.Steps[2].Steps.AsEnumerable());
        Assert.Equal("cart search", string.Join(' ', plan.Steps[3].After));
        Assert.Equal(
            [
                "web failed: errors failed", "plan 1: web takes itself back: errors failed",
                "plan 1: search waits for its turn", "plan 1: cart waits for its turn",
                "plan 1: catalog waits for its turn",
            ],
            PassageReasons.Of(release.Spec, release.State, release.Now).AsEnumerable());
    }

    [Fact]
    public void One_that_has_begun_nothing_is_cancelled_and_gives_back_what_it_holds()
    {
        var release = new PassageScenario(Diamond).Granted("cart").Aborted();

        Assert.Equal(PassagePhase.Cancelled, release.State.Phase);
        Assert.Equal(2, release.Told.OfType<EffectAction.ReturnSlot>().Count());
        Assert.DoesNotContain(release.Row.Outbox, entry =>
            entry is { IsPending: true, Effect.Action: EffectAction.ClaimSlot });
    }

    [Fact]
    public void A_newer_release_takes_the_place_of_one_that_waits_and_takes_back_one_that_moves()
    {
        var by = PassageId.From("shop-2026.11.4.production.1");
        var waiting = new PassageScenario(Diamond).Take(new PassageInput.Supersede(by));
        var moving = AtTheLast.Take(new PassageInput.Supersede(by));

        Assert.Equal(PassagePhase.Superseded, waiting.State.Phase);
        Assert.Equal(PassagePhase.RollingBack, moving.State.Phase);
        Assert.Equal(4, moving.Told.OfType<EffectAction.HaltRollout>().Count());
    }

    [Fact]
    public void Alone_a_service_goes_back_and_only_what_needs_it_is_left_out()
    {
        var release = new PassageScenario(
            Diamond, spec => spec with { OnFailure = OnFailure.RollbackService }).Leased().Verified("catalog");

        release.Failed("cart").Back("cart");
        Assert.Equal(PassagePhase.Progressing, release.State.Phase);
        release.Verified("search");

        Assert.Equal(PassagePhase.Partial, release.State.Phase);
        Assert.IsType<PartStage.Untouched>(release.StageOf("web"));
        var returned = release.Told.OfType<EffectAction.ReturnSlot>().ToDictionary(back => $"{back.Slot.Service}");
        Assert.True(returned["catalog"].Completed);
        Assert.False(returned["cart"].Completed);
    }

    [Fact]
    public void Where_it_was_to_hold_nothing_more_begins_until_a_person_says_so()
    {
        PassageScenario Holding() => new PassageScenario(
            "a; b; c: a; d: b", spec => spec with { OnFailure = OnFailure.Hold }).Leased().Failed("a").Back("a");

        var held = Holding();
        Assert.Equal("", held.Verified("b").Begun);
        Assert.Equal(PassagePhase.Paused, held.State.Phase);
        Assert.Equal("d", held.Resumed().Begun);
        Assert.Equal(PassagePhase.Partial, held.Verified("d").State.Phase);

        // The other way out: all of it back.
        var back = Holding().Verified("b").Aborted().Halted("b");
        Assert.Equal("b", back.Undone);
    }

    [Fact]
    public void One_that_cannot_begin_takes_the_others_back_and_has_nothing_to_undo()
    {
        var release = new PassageScenario("a; b").Leased();

        release.Each("a", new PartStage.Back("it could not begin")).Halted("b");

        Assert.Equal("b", string.Join(' ', release.Plan.Steps.Select(step => step.Service)));
    }

    [Fact]
    public void A_way_back_is_never_paused_or_reversed_and_only_what_is_stuck_is_left()
    {
        var release = AtTheLast.Aborted();

        Assert.Equal(
            RefusalCodes.RollingBack, release.Ask(new PassageInput.Pause(PassageScenario.Anna, null))?.Code);
        Assert.Equal(
            RefusalCodes.RollingBack, release.Ask(new PassageInput.Resume(PassageScenario.Anna, null))?.Code);
        Assert.Equal(RefusalCodes.NotFailed, release.Ask(
            new PassageInput.Leave(ServiceName.From("cart"), PassageScenario.Anna, null))?.Code);
        Assert.Null(release.Ask(new PassageInput.Abort(PassageScenario.Anna, null)));
    }
}
