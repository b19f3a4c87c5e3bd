using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Slots;

/// <summary>A decision while it is being made: the slot as it would be after the events so far.</summary>
internal sealed partial class SlotDraft(SlotState? before, Moment moment)
{
    private static readonly EffectLimits RetireLimits = new(TimeSpan.FromMinutes(1), 3, TimeSpan.FromSeconds(2));

    private readonly ImmutableArray<SlotEvent>.Builder _events = ImmutableArray.CreateBuilder<SlotEvent>();
    private readonly ImmutableArray<Intent>.Builder _intents = ImmutableArray.CreateBuilder<Intent>();
    private readonly ImmutableArray<int>.Builder _abandoned = ImmutableArray.CreateBuilder<int>();
    private readonly ImmutableArray<Ring>.Builder _rings = ImmutableArray.CreateBuilder<Ring>();
    private readonly bool _isNew = before is null;
    private SlotState? _slot = before;
    private string? _answer;

    public Refusal? Start(SlotInput.Start start)
    {
        var order = start.Order;
        if (StartRules.Check(_slot, order) is { } refusal) return refusal;
        var id = new RolloutId(order.Slot, (_slot?.LastNumber ?? 0) + 1);
        if (order.WhenBusy == WhenBusy.Supersede)
        {
            Supersede(id, _ => true);
            SupersedePassages(id);
        }

        Happen(new SlotEvent.Queued(
            new(
                id, order.Version, order.SpecHash, start.Actor, moment.Now, order.Requires, order.Reserves,
                order.Emergency)));
        LookAgain();
        var ahead = _slot!.Queue.Length - 1 + (_slot.Holder is null ? 0 : 1) + _slot.ClaimsBefore(_slot.Queue[^1]);
        _answer = Vocabulary.Write(new StartAnswer(id, ahead));
        return null;
    }

    public Refusal? Withdraw(RolloutId rollout)
    {
        if (_slot?.Holder?.Rollout.Id == rollout)
        {
            if (_slot.Holder.Passage is { } passage)
            {
                return new(
                    RefusalCodes.NotQueued, $"{rollout} is a part of {passage}, which has the lease",
                    $"abort {passage}");
            }

            if (HasNotBegun())
            {
                EndHolder(SlotEnd.Withdrawn, by: null);
                return null;
            }

            // Its beginning is under way, and nothing but the rollout itself can be sure of stopping what it starts.
            return Beginning() is { } beginning
                ? new(
                    RefusalCodes.AboutToBegin,
                    beginning.InDoubt
                        ? $"whether {rollout} has begun is not known: {beginning.Note}"
                        : $"{rollout} is about to begin",
                    "repeat in a moment")
                : new(RefusalCodes.NotQueued, $"{rollout} holds the lease and may have changed something", "abort");
        }

        if (_slot?.Queue.Any(q => q.Id == rollout) != true)
            return new(RefusalCodes.NotFound, $"{rollout} does not wait here");
        Happen(new SlotEvent.Ended(rollout, SlotEnd.Withdrawn, null));
        return null;
    }

    /// <summary>
    /// Only the holder's end counts: a doubled report, or one from a lease long gone, changes nothing.
    /// </summary>
    public Refusal? End(SlotInput.RolloutEnded ended)
    {
        // A lease of a passage stays: others of its release may still have to be taken back.
        if (_slot?.Holder is not { Passage: null, Rollout: var holder } || holder.Id != ended.Rollout) return null;
        EndHolder(ended.Succeeded ? SlotEnd.Succeeded : SlotEnd.TakenBack, by: null);
        if (ended.Succeeded) MakeStable(holder, ended.KeepPrevious, passage: null);
        return null;
    }

    /// <summary>What became of effects that settled just now.</summary>
    public void Settle()
    {
        foreach (var entry in moment.Settled)
        {
            if (entry.Effect.Action is EffectAction.Retire retire) Settle(entry, retire.Version);
            if (entry.Effect.Action is EffectAction.RegisterWaiter waiter) Settle(entry, waiter);
            if (entry.Effect.Action is EffectAction.GrantSlot granted) Settle(entry, granted);
            if (entry.Effect.Action is EffectAction.CloseSlot) SettleClose(entry);
            if (entry.Effect.Action is EffectAction.BeginRollout begin && entry.Status != EffectStatus.Applied
                && _slot?.Holder?.Rollout.Id == begin.Rollout)
            {
                EndHolder(SlotEnd.NeverBegan, by: null);
            }
        }
    }

    /// <summary>
    /// While the lease is free, whoever has waited longest gets it: the first of the queue, or of those that have
    /// claimed it. A rollout that is known to lack what it requires lets others go before, because one of them may be
    /// what brings it; before that was read nobody does, or it might be let wait for ever.
    /// </summary>
    public void Lease()
    {
        while (_slot is { Holder: null, Restored: null })
        {
            var claim = _slot.Claims.First;
            if (claim is not null && (_slot.Queue.IsEmpty || claim.Rank.IsBefore(_slot.Queue[0].Rank)))
            {
                Grant(claim);
                break;
            }

            if (_slot.Queue is not [var first, ..]) break;
            if (_slot.Stable?.Version == first.Version)
            {
                Happen(new SlotEvent.Ended(first.Id, SlotEnd.Needless, null));
                continue;
            }

            if (!HasWhatItRequires(first))
            {
                if (claim is not null && Lacks(first)) Grant(claim);
                break;
            }

            var displaced = KeepRunning(first.Version);
            Happen(new SlotEvent.Leased(first.Id, _slot.Generation + 1, displaced));
            Tell(new EffectAction.BeginRollout(
                first.Id, _slot.Generation, _slot.Stable?.Version, first.Version, first.SpecHash, first.StartedBy,
                _slot.Stable?.SpecHash, IsKept: displaced is { WasStable: true }, Emergency: first.Emergency));
        }

        EndWaits();
    }

    /// <summary>Between leases, one old version at a time, under a generation of its own.</summary>
    public void Retire()
    {
        if (_slot is not { Holder: null, Restored: null } || _slot.Retirements.Any(r => r.Running)) return;
        var due = _slot.Retirements.FirstOrDefault(r => !r.AfterNext && r.At <= moment.Now);
        if (due is null) return;
        Happen(new SlotEvent.RetirementBegan(due.Version, _slot.Generation + 1));
        _intents.Add(new(
            Direction.Neutral, new EffectAction.Retire(_slot.Slot, due.Version, due.SpecHash), RetireLimits));
    }

    public Decision<SlotEvent> Done() => new Decision<SlotEvent>.Accepted(
        _events.ToImmutable(), _intents.ToImmutable(), _abandoned.ToImmutable(), _answer)
    {
        Rings = _rings.ToImmutable(),
    };

    // Those that have not begun are left out at once; the holder decides itself what yielding means where it is, and so
    // does a passage, which may have begun elsewhere.
    private void Supersede(PassageId by, Func<QueuedRollout, bool> isOlder)
    {
        foreach (var waiting in (_slot?.Queue ?? []).Where(isOlder))
            Happen(new SlotEvent.Ended(waiting.Id, SlotEnd.Superseded, by));
        if (_slot?.Holder is not { Passage: null, Rollout: var held } || !isOlder(held)) return;
        var holder = held.Id;
        if (HasNotBegun())
        {
            EndHolder(SlotEnd.Superseded, by);
            return;
        }

        Happen(new SlotEvent.AskedToYield(holder, by));
        Tell(new EffectAction.AskToYield(holder, by));
    }

    private OutboxEntry? Beginning() => moment.Outbox.FirstOrDefault(entry =>
        entry is { IsPending: true, Effect.Action: EffectAction.BeginRollout });

    /// <summary>Every attempt at its beginning was answered with "not now", and none is under way.</summary>
    private bool HasNotBegun() => Beginning() is { MayHaveHappened: false };

    private void EndHolder(SlotEnd end, PassageId? by)
    {
        var lease = _slot!.Holder!;
        StopTelling(lease.Rollout.Id);
        Happen(new SlotEvent.Ended(lease.Rollout.Id, end, by));
        // What it has left here is what a person has left: nobody gets the lease before that was seen once more.
        if (lease.ByHand is not null) Look(moment.Epoch);
        // Its version ran here before as one to be taken down. Perhaps the way back has done that; perhaps it had not
        // even come to it, and then nobody else would: taking down what is gone already changes nothing.
        if (end is not (SlotEnd.Succeeded or SlotEnd.Reversed) && lease.Displaced is { } old)
        {
            Happen(new SlotEvent.RetirementScheduled(
                old.Version, old.SpecHash, old.At > moment.Now ? old.At : moment.Now, old.WasStable));
        }
    }

    private void MakeStable(QueuedRollout rollout, TimeSpan keepPrevious, PassageId? passage)
    {
        var previous = _slot!.Stable;
        // A release that found it stable has deployed nothing: it runs by the specification that it was deployed by.
        if (previous?.Version == rollout.Version) return;
        Happen(new SlotEvent.BecameStable(rollout.Version, rollout.SpecHash, rollout.Id, passage));
        Ring();
        if (previous is null) return;
        Happen(new SlotEvent.RetirementScheduled(previous.Version, previous.SpecHash, moment.Now + keepPrevious));
    }

    // The lease that comes must not find its own version, or anything else, being taken down under it.
    private Retirement? KeepRunning(VersionName? wanted)
    {
        AbandonWhere(action => action is EffectAction.Retire);
        var displaced = _slot!.Retirements.FirstOrDefault(retirement => retirement.Version == wanted);
        foreach (var retirement in _slot!.Retirements)
        {
            if (retirement.Version == wanted)
                Happen(new SlotEvent.RetirementDropped(retirement.Version, "it is being rolled out again"));
            else if (retirement.Running)
                Happen(new SlotEvent.RetirementPostponed(retirement.Version, moment.Now, "a rollout began"));
        }

        return displaced;
    }

    private void Settle(OutboxEntry entry, VersionName version)
    {
        if (_slot?.Retirements.FirstOrDefault(r => r.Version == version) is not { Running: true } retirement) return;
        var reason = $"{entry.Status}: {entry.Note}";
        Happen(entry.Status switch
        {
            EffectStatus.Applied => new SlotEvent.Retired(version),
            _ when retirement.Rounds >= SlotLimits.RetireRounds => new SlotEvent.RetirementDropped(version, reason),
            _ => new SlotEvent.RetirementPostponed(version, moment.Now + SlotLimits.RetireAgainAfter, reason),
        });
        // Somebody else has been here, or it gets requests again: what is there is no longer what is on record.
        if (entry.Status is EffectStatus.Overtaken or EffectStatus.Refused) Look(moment.Epoch);
    }

    private void StopTelling(RolloutId rollout) => AbandonWhere(action => action
        is EffectAction.BeginRollout { Rollout: var begun } && begun == rollout
        || action is EffectAction.AskToYield { Rollout: var asked } && asked == rollout);

    private void AbandonWhere(Func<EffectAction, bool> matches) => _abandoned.AddRange(
        moment.Outbox.Where(e => e.IsPending && matches(e.Effect.Action)).Select(e => e.Effect.Ordinal));

    private void Tell(EffectAction action) => _intents.Add(new(Direction.Neutral, action, EffectLimits.Internal));

    private void Happen(SlotEvent happened)
    {
        _events.Add(happened);
        _slot = SlotEvolution.Evolve(_slot, happened, moment.Now);
    }
}
