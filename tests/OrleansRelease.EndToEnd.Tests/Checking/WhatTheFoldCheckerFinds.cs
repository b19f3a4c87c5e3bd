using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>A stored state that is not what its record tells is found.</summary>
public sealed class WhatTheFoldCheckerFinds
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddDays(1);

    private static readonly SlotKey Slot = SlotKey.From("shop.shop-env");

    private static readonly SlotKey Waiter = SlotKey.From("till.shop-env");

    private static readonly StoredRow Good = Stored(Slot);

    [Fact]
    public void A_state_that_its_record_tells_is_well() => Assert.Empty(Check(Good));

    [Fact]
    public void A_state_that_its_record_does_not_tell() =>
        Assert.Contains("the record of slot shop.shop-env gives", Assert.Single(Check(Stored(Waiter))));

    [Fact]
    public void A_state_of_which_nothing_is_on_record() => Assert.Contains(
        "gives null, and stored is", Assert.Single(Check(Good with { Transitions = [] })));

    private static IReadOnlyList<string> Check(StoredRow row) =>
        new FoldChecker([row], new Dictionary<string, string>()).Problems();

    /// <summary>That somebody waits for a version there is the record of it; the state says whom it is of.</summary>
    private static StoredRow Stored(SlotKey slot)
    {
        var happened = new SlotEvent.WaiterRegistered(Slot, Waiter, VersionName.From("2.0.0"), 1);
        var state = new SlotDecider().Evolve(null, happened, At) with { Slot = slot };
        var transition = new Transition<SlotInput, SlotEvent>(
            1, "", At, 1, 1, null, null, new SlotInput.Tick(), [happened], [], [], null);
        return new("slot", Slot.ToString(), Vocabulary.Write(Row<SlotState>.Empty with { Sequence = 1, State = state }))
        {
            Transitions = [Vocabulary.Write(transition)],
        };
    }
}
