using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Tests.Slots;

public sealed class WhenOthersWaitForASlot
{
    [Fact]
    public void They_are_rung_with_each_change_of_what_is_stable_and_know_what_they_missed()
    {
        var slot = new SlotScenario().Given("1.0.0").Registered("shop", 3).Registered("news", 8);
        Assert.Empty(slot.Rings);

        slot.Start("2.0.0").ReportAll(new Outcome.Applied()).End(2, succeeded: true);
        Assert.Equal(
            new[] { new Ring("slot", "shop.production", 0), new Ring("slot", "news.production", 0) },
            slot.Rings.AsEnumerable());
        var first = slot.Row.Sequence;
        slot.Start("3.0.0").ReportAll(new Outcome.Applied()).End(3, succeeded: true);
        Assert.All(slot.Rings, ring => Assert.Equal(first, ring.Previous));
    }

    [Fact]
    public void Nothing_else_rings_them()
    {
        var slot = new SlotScenario().Registered("shop", 3).Start("2.0.0");
        Assert.Empty(slot.Rings);
        Assert.Empty(slot.ReportAll(new Outcome.Applied()).Rings);
        Assert.Empty(slot.End(1, succeeded: false).Rings);
    }

    [Fact]
    public void A_slot_where_nothing_was_ever_rolled_out_can_be_waited_for()
    {
        var slot = new SlotScenario().Registered("shop", 3);
        Assert.Null(slot.State.Stable);
        Assert.Equal(SlotScenario.Id(1), slot.Start("1.0.0").Answer?.RolloutId);
        Assert.Single(slot.ReportAll(new Outcome.Applied()).End(1, succeeded: true).Rings);
    }

    [Fact]
    public void Said_twice_it_changes_nothing_and_said_anew_it_keeps_its_place()
    {
        var slot = new SlotScenario().Registered("shop", 3, "1.0.0");
        Assert.Equal(1, slot.Registered("shop", 3, "1.0.0").Row.Sequence);
        Assert.Equal("2.0.0", $"{Assert.Single(slot.Registered("shop", 7, "2.0.0").State.AllWaiters).AtLeast}");
        Assert.Equal(2, slot.Registered("shop", 3, "1.0.0").Row.Sequence);
    }

    [Fact]
    public void One_that_is_withdrawn_is_rung_no_longer_and_what_was_late_registers_nobody()
    {
        var slot = new SlotScenario().Registered("shop", 3).Withdrawn("shop", 5);
        Assert.Empty(slot.State.AllWaiters);
        Assert.Equal(2, slot.Registered("shop", 3).Withdrawn("shop", 5).Row.Sequence);
        Assert.Single(slot.Registered("shop", 9).State.AllWaiters);
    }

    [Fact]
    public void A_withdrawal_that_comes_first_is_remembered_and_a_late_one_takes_nobody_away()
    {
        var slot = new SlotScenario().Withdrawn("shop", 5);
        Assert.Empty(slot.Registered("shop", 3).State.AllWaiters);
        Assert.Single(slot.Registered("shop", 9).Withdrawn("shop", 7).State.AllWaiters);
    }

    [Fact]
    public void There_are_not_endlessly_many_of_them_and_the_row_stays_small()
    {
        var slot = new SlotScenario();
        for (var n = 1; n <= SlotLimits.MaxWaiters; n++) slot.Registered($"a-service-with-a-long-name-{n}", 1);
        Assert.Null(slot.Refusal);
        Assert.Equal("too-many-waiters", slot.Registered("one-more", 1).Refusal?.Code);
        // One that is known may still say something.
        Assert.Null(slot.Registered("a-service-with-a-long-name-7", 2).Refusal);
        for (var n = 1; n <= SlotLimits.MaxWaiters; n++) slot.Withdrawn($"a-service-with-a-long-name-{n}", 9);
        Assert.Equal(SlotLimits.RememberedWithdrawals, slot.State.Withdrawn?.Length);
        Assert.Null(slot.State.Waiters);

        for (var n = 1; n <= SlotLimits.MaxWaiters; n++) slot.Registered($"a-service-with-a-long-name-{n}", 10);
        Assert.InRange(Vocabulary.Write(slot.Row).Length, 1, RowLimits.WarnBytes);
    }

    [Fact]
    public void What_the_log_says_is_what_they_learn()
    {
        var news = new News(SlotScenario.Slot, 0, null);
        var slot = new SlotScenario();
        slot.Start("1.0.0");
        news = news.After(1, slot.Transition);
        Assert.Null(news.Stable);
        slot.End(1, succeeded: true);
        Assert.Equal("1.0.0", $"{news.After(2, slot.Transition).Stable}");
    }
}
