using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using static OrleansRelease.Core.Slots.SlotEvent;

namespace OrleansRelease.Core.Slots;

/// <summary>How what happened changes a slot.</summary>
internal static class SlotEvolution
{
    public static SlotState Evolve(SlotState? state, SlotEvent happened, DateTimeOffset at) => (state, happened) switch
    {
        (null, Queued queued) => Enqueue(Nothing(queued.Rollout.Id.Slot), queued),
        // A slot may be waited for before anything was ever rolled out there.
        (null, WaiterRegistered waiter) => WaitEvolution.Evolve(Nothing(waiter.At), waiter, at),
        (null, WaiterWithdrawn waiter) => WaitEvolution.Evolve(Nothing(waiter.At), waiter, at),
        // A passage may give back what it has never got.
        (null, Claimed claimed) => Enter(Nothing(claimed.At), claimed.Claim),
        (null, ClaimReturned gone) => Return(Nothing(gone.At), gone),
        (null, Adopted adopted) => Nothing(adopted.At) with { Generation = adopted.Generation },
        ({ } s, Adopted adopted) => s with { Generation = adopted.Generation },
        ({ } s, Queued queued) => Enqueue(s, queued),
        ({ } s, Claimed claimed) => Enter(s, claimed.Claim),
        ({ } s, ClaimReturned gone) => Return(s, gone),
        ({ } s, Granted granted) => Grant(s, granted, at),
        ({ } s, Leased leased) => s with
        {
            Generation = leased.Generation,
            Holder = new(s.Queue[0], leased.Generation, at, leased.Displaced),
            Queue = s.Queue.RemoveAt(0),
        },
        ({ } s, AskedToYield) => s,
        ({ } s, Ended ended) => Leave(s, ended, at),
        ({ } s, BecameStable stable) => Layers.Add(
            Release(s), new(stable.Version, stable.SpecHash, at, stable.Rollout, stable.Passage, stable.AdoptedBy)),
        ({ } s, TakenBackTo back) => Layers.TakeBack(Release(s), back.Stable, back.By),
        ({ } s, LeaseBroken broken) => s with
        {
            Generation = broken.Generation,
            Broken = new(broken.Rollout, broken.By, broken.Reason, broken.SpecHash),
        },
        ({ Broken: { } broken } s, LeaseClosed closed) => s with
        {
            Broken = broken with { SettledAt = at, Problem = closed.Problem },
        },
        ({ } s, BecameEmpty) => Release(s) with { Stable = null },
        ({ Holder: { } lease } s, FoundByHand by) => s with { Holder = lease with { ByHand = by.Found } },
        ({ } s, RetirementScheduled or RetirementBegan or RetirementPostponed or RetirementDropped or Retired) =>
            Retire(s, happened),
        ({ } s, RecordChecked { Restored: null }) => s with { Restored = null, Broken = null },
        ({ } s, RecordChecked record) => s with { Restored = record.Restored },
        ({ } s, WaitBegan or WaiterSent or WaiterTaken or Heard or WaitEnded or WaiterRegistered or WaiterWithdrawn
            or Rung) => WaitEvolution.Evolve(s, happened, at),
        _ => throw new UnreachableException(),
    };

    private static SlotState Nothing(SlotKey slot) => new(slot, 0, 0, null, null, [], [], []);

    private static SlotState Enqueue(SlotState state, Queued queued) => state with
    {
        LastNumber = queued.Rollout.Id.Number,
        Queue = state.Queue.Add(queued.Rollout),
    };

    // Who gets the lease is decided by the slot: others wait for it as well.
    private static SlotState Enter(SlotState state, Claim claim) =>
        state with { Book = state.Claims.Enter(claim, isFree: false).Book };

    private static SlotState Return(SlotState state, ClaimReturned gone) =>
        state with { Book = state.Claims.Return(gone.Passage, gone.Number, isFree: false).Book };

    private static SlotState Grant(SlotState state, Granted granted, DateTimeOffset at)
    {
        var claim = state.Claims.Waiting.First(waiting => waiting.Passage == granted.Passage);
        return state with
        {
            LastNumber = granted.Rollout.Number,
            Generation = granted.Generation,
            Holder = new(
                new(
                    granted.Rollout, claim.Version, claim.SpecHash, claim.StartedBy, at,
                    Reserves: state.ReservedBy(claim)),
                granted.Generation, at,
                granted.Displaced, claim.Passage),
            Book = state.Claims.Grant(claim),
        };
    }

    private static SlotState Leave(SlotState state, Ended ended, DateTimeOffset at)
    {
        var held = state.Holder?.Rollout is { } holder && holder.Id == ended.Rollout;
        var rollout = held ? state.Holder!.Rollout : state.Queue.First(q => q.Id == ended.Rollout);
        var recent = state.Recent.Add(new(rollout.Id, rollout.Version, ended.End, at, ended.By));
        return state with
        {
            Holder = held ? null : state.Holder,
            Queue = state.Queue.RemoveAll(q => q.Id == ended.Rollout),
            Recent = recent.Length > SlotLimits.RememberedEnds ? recent.RemoveAt(0) : recent,
        };
    }

    private static SlotState Retire(SlotState state, SlotEvent happened) => happened switch
    {
        RetirementScheduled old => state with
        {
            Retirements = state.Retirements.Add(
                new(old.Version, old.SpecHash, old.NotBefore, 0, false, old.WasStable)),
        },
        RetirementBegan began => state with
        {
            Generation = began.Generation,
            Retirements = Change(state, began.Version, r => r with { Rounds = r.Rounds + 1, Running = true }),
        },
        RetirementPostponed put => state with
        {
            Retirements = Change(state, put.Version, r => r with
            {
                At = put.NotBefore,
                Running = false,
                AfterNext = put.AfterNext,
            }),
        },
        RetirementDropped dropped => Without(state, dropped.Version),
        Retired retired => Without(state, retired.Version),
        _ => throw new UnreachableException(),
    };

    private static SlotState Without(SlotState state, VersionName version) => state with
    {
        Retirements = state.Retirements.RemoveAll(r => r.Version == version),
    };

    // What has waited for another version to become stable.
    private static SlotState Release(SlotState state) => state with
    {
        Retirements = [.. state.Retirements.Select(old => old with { AfterNext = false })],
    };

    private static ImmutableArray<Retirement> Change(
        SlotState state, VersionName version, Func<Retirement, Retirement> change) =>
        [.. state.Retirements.Select(r => r.Version == version ? change(r) : r)];
}
