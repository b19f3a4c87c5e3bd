using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Slots;

public sealed class WhenARolloutIsStarted
{
    [Fact]
    public void In_a_free_slot_it_gets_name_lease_and_generation_at_once()
    {
        var slot = new SlotScenario().Start("1.0.0");
        Assert.Equal(new StartAnswer(SlotScenario.Id(1), 0), slot.Answer);
        Assert.Equal(1, slot.Row.Sequence);
        Assert.Equal(SlotScenario.Id(1), slot.State.Holder?.Rollout.Id);
        var begin = Assert.IsType<EffectAction.BeginRollout>(Assert.Single(slot.Told));
        Assert.Equal(1, begin.Generation);
        Assert.Null(begin.Baseline);
    }

    [Fact]
    public void Its_baseline_is_what_is_stable()
    {
        var slot = new SlotScenario().Given("1.0.0").Start("2.0.0");
        var begin = Assert.IsType<EffectAction.BeginRollout>(Assert.Single(slot.Told));
        Assert.Equal(VersionName.From("1.0.0"), begin.Baseline);
        Assert.Equal(2, begin.Generation);
    }

    [Fact]
    public void A_repeated_start_is_answered_the_same_and_another_body_is_refused()
    {
        var slot = new SlotScenario().Start("1.0.0", command: "a");
        var answer = slot.Answer;
        Assert.Equal(answer, slot.Start("1.0.0", command: "a").Answer);
        Assert.Equal(1, slot.Row.Sequence);
        Assert.Equal("idempotency-key-reused", slot.Start("2.0.0", command: "a").Refusal?.Code);
    }

    [Fact]
    public void A_repeated_start_is_the_same_although_it_was_resolved_to_another_specification()
    {
        var slot = new SlotScenario().Start("1.0.0", command: "a");
        var order = new StartOrder(
            SlotScenario.Slot, VersionName.From("1.0.0"), "sha256:other", WhenBusy.Queue, "start 1.0.0");
        slot.Take(
            new SlotInput.Start(order, ActorName.From("tester")),
            new(CommandId.From("a"), ActorName.From("tester")));
        Assert.Equal(new StartAnswer(SlotScenario.Id(1), 0), slot.Answer);
    }

    [Fact]
    public void In_a_busy_slot_it_waits_in_order()
    {
        var slot = new SlotScenario().Start("1.0.0").Start("2.0.0").Start("3.0.0");
        Assert.Equal(new StartAnswer(SlotScenario.Id(3), 2), slot.Answer);
        Assert.Empty(slot.Told);
        slot.End(1, succeeded: false);
        Assert.Equal(SlotScenario.Id(2), slot.State.Holder?.Rollout.Id);
        Assert.Equal(2, slot.State.Holder?.Generation);
    }

    [Fact]
    public void A_superseding_one_asks_the_holder_to_yield_and_takes_the_place_of_those_that_wait()
    {
        var slot = new SlotScenario().Start("1.0.0").Start("2.0.0").Start("3.0.0", WhenBusy.Supersede);
        Assert.Equal(new StartAnswer(SlotScenario.Id(3), 1), slot.Answer);
        Assert.Equal(
            new EffectAction.AskToYield(SlotScenario.Id(1), SlotScenario.Id(3)), Assert.Single(slot.Told));
        var ended = Assert.Single(slot.State.Recent);
        Assert.Equal((SlotScenario.Id(2), SlotEnd.Superseded), (ended.Id, ended.End));
        Assert.Equal($"{SlotScenario.Id(3)}", $"{ended.By}");
        Assert.Equal(SlotScenario.Id(1), slot.State.Holder?.Rollout.Id);
        slot.End(1, succeeded: false);
        Assert.Equal(SlotScenario.Id(3), slot.State.Holder?.Rollout.Id);
    }

    [Fact]
    public void A_modest_one_is_refused_while_another_moves()
    {
        var slot = new SlotScenario().Start("1.0.0").Start("2.0.0", WhenBusy.Reject);
        Assert.Equal("slot-busy", slot.Refusal?.Code);
        Assert.Equal(1, slot.State.LastNumber);
    }

    [Fact]
    public void What_is_stable_is_not_started_again() =>
        Assert.Equal("already-stable", new SlotScenario().Given("1.0.0").Start("1.0.0").Refusal?.Code);

    [Fact]
    public void One_whose_version_became_stable_while_it_waited_is_left_out()
    {
        var slot = new SlotScenario().Start("1.0.0").Start("1.0.0").Start("2.0.0").End(1, succeeded: true);
        Assert.Equal(SlotScenario.Id(3), slot.State.Holder?.Rollout.Id);
        Assert.Contains(slot.State.Recent, e => e.Id == SlotScenario.Id(2) && e.End == SlotEnd.Needless);
    }

    [Fact]
    public void The_queue_has_an_end()
    {
        var slot = new SlotScenario().Start("0");
        for (var n = 1; n <= SlotLimits.MaxQueue; n++) slot.Start($"{n}");
        Assert.Null(slot.Refusal);
        Assert.Equal("queue-full", slot.Start("more").Refusal?.Code);
        Assert.Null(slot.Start("newest", WhenBusy.Supersede).Refusal);
        Assert.Single(slot.State.Queue);
        Assert.Equal(SlotLimits.RememberedEnds, slot.State.Recent.Length);
    }

    [Fact]
    public void One_that_waits_can_be_withdrawn_and_the_holder_cannot()
    {
        var slot = new SlotScenario().Start("1.0.0").Start("2.0.0");
        Assert.Equal("about-to-begin", slot.Withdraw(1).Refusal?.Code);
        slot.ReportAll(new Outcome.Applied());
        Assert.Equal("not-queued", slot.Withdraw(1).Refusal?.Code);
        Assert.Null(slot.Withdraw(2).Refusal);
        Assert.Empty(slot.State.Queue);
        Assert.Equal("not-found", slot.Withdraw(2).Refusal?.Code);
    }

    [Fact]
    public void One_that_cannot_begin_can_be_withdrawn_between_its_attempts()
    {
        var slot = new SlotScenario().Start("1.0.0").ReportAll(new Outcome.NotApplied("its spec cannot be read"));

        Assert.Null(slot.Withdraw(1).Refusal);

        Assert.Null(slot.State.Holder);
        Assert.Empty(slot.Later("1h").Told);
    }

    [Fact]
    public void One_that_cannot_begin_makes_room_for_one_that_supersedes_it()
    {
        var slot = new SlotScenario().Start("1.0.0").ReportAll(new Outcome.NotApplied("its spec cannot be read"));

        slot.Start("2.0.0", WhenBusy.Supersede);

        Assert.Equal(SlotScenario.Id(2), slot.State.Holder?.Rollout.Id);
        Assert.Contains(slot.State.Recent, e => e.Id == SlotScenario.Id(1) && e.End == SlotEnd.Superseded);
    }

    [Fact]
    public void One_that_may_have_begun_is_not_withdrawn()
    {
        var slot = new SlotScenario().Start("1.0.0").ReportAll(new Outcome.Unknown("no answer"));

        Assert.Equal("about-to-begin", slot.Withdraw(1).Refusal?.Code);
        Assert.Contains("not known: no answer", slot.Refusal?.Reason, StringComparison.Ordinal);
    }
}
