using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Identity;
using static OrleansRelease.Core.Slots.SlotEvent;

namespace OrleansRelease.Core.Slots;

/// <summary>How waiting for other slots, and being waited for, changes a slot.</summary>
internal static class WaitEvolution
{
    public static SlotState Evolve(SlotState s, SlotEvent happened, DateTimeOffset at) => happened switch
    {
        WaitBegan began => s with
        {
            Waits = s.AllWaits.Add(new(began.Requires, at, at, 0, false, 0, null, null)),
        },
        WaiterSent sent => Change(s, sent.Service, wait => wait with { Number = sent.Number }),
        WaiterTaken taken => Change(s, taken.Service, wait => wait with { Registered = true, ReadAt = at }),
        Heard heard => Change(s, heard.Service, wait => wait with
        {
            Heard = heard.Sequence,
            HeardAt = at,
            Stable = heard.Stable,
            ReadAt = at + SlotLimits.ReadAgainAfter,
        }),
        WaitEnded ended => s with
        {
            Waits = NullIfEmpty(s.AllWaits.RemoveAll(wait => wait.Requires.Service == ended.Service)),
        },
        WaiterRegistered asked => s with { Waiters = Register(s.AllWaiters, asked, at) },
        WaiterWithdrawn gone => s with
        {
            Waiters = NullIfEmpty(s.AllWaiters.RemoveAll(waiter => waiter.Who == gone.Waiter)),
            Withdrawn = Remember(s.Withdrawn ?? [], new(gone.Waiter, gone.Number)),
        },
        Rung rung => s with { Waiters = [.. s.AllWaiters.Select(waiter => waiter with { RungAt = rung.Sequence })] },
        _ => throw new UnreachableException(),
    };

    private static SlotState Change(SlotState state, ServiceName service, Func<Wait, Wait> change) => state with
    {
        Waits = [.. state.AllWaits.Select(wait => wait.Requires.Service == service ? change(wait) : wait)],
    };

    // Whoever asks again keeps its place, and when it was last rung.
    private static ImmutableArray<Waiter> Register(
        ImmutableArray<Waiter> waiters, WaiterRegistered asked, DateTimeOffset at) =>
        waiters.FirstOrDefault(waiter => waiter.Who == asked.Waiter) is { } known
            ? waiters.Replace(known, known with { AtLeast = asked.AtLeast, Number = asked.Number })
            : waiters.Add(new(asked.Waiter, asked.AtLeast, asked.Number, at, 0));

    private static ImmutableArray<WithdrawnWaiter> Remember(
        ImmutableArray<WithdrawnWaiter> withdrawn, WithdrawnWaiter one)
    {
        var others = withdrawn.RemoveAll(other => other.Who == one.Who);
        return (others.Length < SlotLimits.RememberedWithdrawals ? others : others.RemoveAt(0)).Add(one);
    }

    // As rows were before anybody could wait.
    private static ImmutableArray<T>? NullIfEmpty<T>(ImmutableArray<T> items) => items.IsEmpty ? null : items;
}
