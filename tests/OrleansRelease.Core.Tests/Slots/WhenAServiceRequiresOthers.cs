using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Slots;

public sealed class WhenAServiceRequiresOthers
{
    private static SlotScenario Waiting() => new SlotScenario().Start("3.0.0", requires: "cart 1.9.0");

    /// <summary>It was read, is not so, and the other slot has promised to ring.</summary>
    private static SlotScenario ToBeRung() =>
        Waiting().Heard("cart", 4, "1.8.2").ReportAll(new Outcome.Applied()).Heard("cart", 5, "1.8.2");

    [Fact]
    public void It_waits_named_and_without_a_lease_and_asks_at_once_how_things_stand()
    {
        var slot = Waiting();
        Assert.Equal(new StartAnswer(SlotScenario.Id(1), 0), slot.Answer);
        Assert.Null(slot.State.Holder);
        Assert.Empty(slot.Told);
        Assert.Equal(slot.Now, slot.Row.NextWake);
    }

    [Fact]
    public void Rung_by_whom_it_does_not_wait_for_it_takes_back_what_it_had_asked_for_and_says_that_once()
    {
        var slot = new SlotScenario().Given("1.0.0").RungInVain("cart");
        var said = Assert.IsType<EffectAction.WithdrawWaiter>(Assert.Single(slot.Told));
        Assert.Equal((SlotScenario.Beside("cart"), (WaiterName)SlotScenario.Slot), (said.At, said.Waiter));
        Assert.Equal(Assert.Single(slot.Attempts).Effect.Ordinal, said.Number);
        Assert.Empty(slot.RungInVain("cart").Told);
        Assert.Single(slot.ReportAll(new Outcome.Applied()).RungInVain("cart").Told);

        var waiting = ToBeRung();
        Assert.Equal(waiting.Row.Sequence, waiting.RungInVain("cart").Row.Sequence);
    }

    [Fact]
    public void Where_it_is_so_already_nobody_is_asked_to_ring()
    {
        var slot = Waiting().Heard("cart", 4, "1.9.0");
        Assert.IsType<EffectAction.BeginRollout>(Assert.Single(slot.Told));
        Assert.Empty(slot.State.AllWaits);
    }

    [Fact]
    public void Where_it_is_not_the_other_slot_is_asked_to_ring_and_read_again_once_it_will()
    {
        var slot = Waiting().Heard("cart", 4, "1.8.2");
        var asked = Assert.IsType<EffectAction.RegisterWaiter>(Assert.Single(slot.Told));
        Assert.Equal((SlotScenario.Beside("cart"), (WaiterName)SlotScenario.Slot), (asked.At, asked.Waiter));
        Assert.Equal(Assert.Single(slot.Attempts).Effect.Ordinal, asked.Number);

        // Between the reading and the promise another version may have become stable.
        slot.ReportAll(new Outcome.Applied());
        Assert.Equal(slot.Now, slot.Row.NextWake);
        Assert.Equal(slot.Now + SlotLimits.ReadAgainAfter, slot.Heard("cart", 5, "1.8.2").Row.NextWake);
    }

    [Theory]
    [InlineData("1.9.0", true)]
    [InlineData("2.0.0", true)]
    [InlineData("1.9.0-rc.1", false)]
    [InlineData("build-77", false)]
    [InlineData(null, false)]
    public void It_begins_when_the_version_or_a_later_one_is_stable_there(string? stable, bool begins)
    {
        var slot = ToBeRung().Heard("cart", 9, stable);
        Assert.Equal(begins, slot.State.Holder is not null);
    }

    [Fact]
    public void Having_begun_it_is_rung_no_longer()
    {
        var slot = ToBeRung();
        var number = Assert.Single(slot.State.AllWaits).Number;
        slot.Heard("cart", 9, "1.9.0");
        var gone = Assert.Single(slot.Told.OfType<EffectAction.WithdrawWaiter>());
        Assert.True(gone.Number > number, "what is said later has a higher number");
        Assert.Empty(slot.State.AllWaits);
    }

    [Fact]
    public void What_comes_twice_or_late_changes_nothing()
    {
        var slot = ToBeRung().Heard("cart", 9, "1.8.3");
        var sequence = slot.Row.Sequence;
        Assert.Equal(sequence, slot.Heard("cart", 9, "1.8.3").Row.Sequence);
        Assert.Equal(sequence, slot.Heard("cart", 5, "1.9.0").Row.Sequence);
        Assert.Equal(sequence, slot.Heard("search", 5, "1.9.0").Row.Sequence);
        Assert.Null(slot.State.Holder);
    }

    [Fact]
    public void All_that_it_requires_must_be_so_at_the_same_time()
    {
        var slot = new SlotScenario().Start("3.0.0", requires: ["cart 1.9.0", "catalog 2.4.0"])
            .Heard("cart", 4, "1.9.0").Heard("catalog", 7, "2.3.9");
        Assert.Null(slot.State.Holder);
        // Taken back meanwhile.
        slot.Heard("cart", 6, "1.8.2").Heard("catalog", 8, "2.4.0");
        Assert.Null(slot.State.Holder);
        Assert.NotNull(slot.Heard("cart", 8, "1.9.1").State.Holder);
    }

    [Fact]
    public void One_that_is_withdrawn_or_superseded_waits_no_longer()
    {
        var slot = ToBeRung().Withdraw(1);
        Assert.IsType<EffectAction.WithdrawWaiter>(Assert.Single(slot.Told));
        Assert.Null(slot.ReportAll(new Outcome.Applied()).Row.NextWake);

        slot = ToBeRung().Start("4.0.0", WhenBusy.Supersede);
        Assert.Equal(SlotScenario.Id(2), slot.State.Holder?.Rollout.Id);
        Assert.Single(slot.Told.OfType<EffectAction.WithdrawWaiter>());
    }

    [Fact]
    public void One_that_takes_its_place_waits_for_what_it_requires_itself()
    {
        var slot = ToBeRung().Start("4.0.0", WhenBusy.Supersede, requires: "cart 2.0.0");
        Assert.Equal("2.0.0", $"{Assert.Single(slot.State.AllWaits).Requires.AtLeast}");
        Assert.Null(slot.Heard("cart", 9, "1.9.9").State.Holder);
        // What is said next to that slot says it all: a withdrawal that was still on its way is not repeated.
        Assert.DoesNotContain(slot.Row.Outbox, entry =>
            entry is { IsPending: true, Effect.Action: EffectAction.WithdrawWaiter });
        Assert.NotNull(slot.Heard("cart", 10, "2.0.0").State.Holder);
    }

    [Fact]
    public void The_same_requirement_of_the_next_one_goes_on_being_waited_for()
    {
        var slot = ToBeRung();
        var wait = Assert.Single(slot.State.AllWaits);
        Assert.Equal(
            wait, Assert.Single(slot.Start("4.0.0", WhenBusy.Supersede, requires: "cart 1.9.0").State.AllWaits));
        Assert.Empty(slot.Told);
    }

    [Fact]
    public void A_slot_that_cannot_ring_is_only_asked_and_that_is_explained()
    {
        var slot = Waiting().Heard("cart", 4, "1.8.2").ReportAll(new Outcome.Refused("100 slots wait there"));
        Assert.Equal(slot.Now + SlotLimits.ReadAgainAfter, Assert.Single(slot.State.AllWaits).ReadAt);
        Assert.Contains(
            "cart.production does not ring, so it is only asked: 100 slots wait for a version of cart.production",
            Explained(slot, 1).Because);
        // Nothing is said to it before the next reading, and then it is asked once more.
        Assert.Equal(slot.Now + SlotLimits.ReadAgainAfter, slot.Row.NextWake);
        Assert.Equal(slot.Row.Sequence, slot.Later("59s").Row.Sequence);
        Assert.IsType<EffectAction.RegisterWaiter>(Assert.Single(slot.Later("1s").Heard("cart", 4, "1.8.2").Told));
        Assert.NotNull(slot.Heard("cart", 9, "1.9.0").State.Holder);
    }

    [Fact]
    public void Old_versions_are_taken_down_while_it_waits()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Start("3.0.0", requires: "cart 1.9.0");
        slot.Heard("cart", 4, "1.8.2").ReportAll(new Outcome.Applied());
        Assert.IsType<EffectAction.Retire>(Assert.Single(slot.Later("2h").Told));
        slot.Heard("cart", 9, "1.9.0");
        Assert.DoesNotContain(slot.Row.Outbox, e => e is { IsPending: true, Effect.Action: EffectAction.Retire });
    }

    [Fact]
    public void A_modest_one_is_refused_while_the_first_waits() =>
        Assert.Equal("slot-busy", Waiting().Start("4.0.0", WhenBusy.Reject).Refusal?.Code);

    [Fact]
    public void It_is_explained_what_for_since_when_and_what_would_open_it()
    {
        var explained = Explained(ToBeRung(), 1);
        Assert.Equal(
            "waits since 09:00:00Z for cart 1.9.0 or later: cart is stable at 1.8.2, and at least 1.9.0 is required",
            Assert.Single(explained.Because));
        Assert.Contains(
            explained.Moves, move => move.What == "begins when cart 1.9.0 or later is stable in production");
        Assert.Contains(explained.Moves, move => move is { By: MovedBy.You, What: "abort" });
        Assert.Contains(explained.Refused, refused => refused.What == "promote");

        var behind = Explained(ToBeRung().Start("4.0.0"), 2);
        Assert.Contains("0 more wait before", Assert.Single(behind.Because), StringComparison.Ordinal);
    }

    private static Explanation Explained(SlotScenario slot, int number) =>
        ExplainQueued.Of(SlotScenario.Id(number), slot.Row, slot.Now)!;
}
