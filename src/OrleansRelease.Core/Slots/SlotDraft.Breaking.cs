using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// A lease has no clock: it ends when its holder says so. One that never will, because nobody can decide on it any
/// more, is broken by a person.
/// </summary>
internal sealed partial class SlotDraft
{
    /// <summary>A router that is away is asked for eight hours; then a person decides whether to go on.</summary>
    private static readonly EffectLimits CloseLimits = new(
        TimeSpan.FromSeconds(10), 1_000, TimeSpan.FromSeconds(30));

    /// <summary>A row that nobody can read hears nothing; for eight hours it is told all the same.</summary>
    private static readonly EffectLimits LeaveLimits = EffectLimits.Internal with { Attempts = 1_000 };

    /// <summary>
    /// The lease has no holder, and nobody gets it before the router takes nothing from whoever had it, and it was seen
    /// after that what is there. Nothing is moved by this. Whoever had it is told, should it come to life.
    /// </summary>
    public Refusal? Break(SlotInput.Break asked)
    {
        if (CannotBreak(asked) is { } refusal) return refusal;
        var (lease, claim) = (_slot!.Holder!, Claims.Holder);
        var rollout = lease.Rollout;
        var leaving = Leaving(
            lease, asked.Actor, $"its lease was broken by {asked.Actor}: {asked.Reason}", asked.SpecHash);
        EndHolder(SlotEnd.Broken, by: null);
        if (claim is not null)
        {
            // A grant that was not heard of still is: its release begins a rollout that never does, and knows.
            AbandonWhere(action => action is EffectAction.WoundHolder wanted
                && wanted.Passage == claim.Passage && wanted.Claim <= claim.Number);
            Happen(new SlotEvent.ClaimReturned(_slot.Slot, claim.Passage, claim.Number));
        }

        Happen(new SlotEvent.LeaseBroken(
            _slot.Generation + 1, rollout.Id, asked.Actor, asked.Reason!, asked.SpecHash));
        // It may be half moved there: unless it is taken for stable, it is to be taken down some day. As many as there
        // may be were counted when it was started.
        if (rollout.Version != _slot.Stable?.Version && _slot.Retirements.All(old => old.Version != rollout.Version))
        {
            Happen(new SlotEvent.RetirementScheduled(
                rollout.Version, asked.SpecHash ?? rollout.SpecHash, moment.Now + KeepDisplaced, WasStable: false));
        }

        Look(moment.Epoch);
        Close();
        _intents.Add(new(Direction.Neutral, leaving, LeaveLimits));
        // Whoever does not come to its end has no use for a permit, and may never give it back.
        Tell(new EffectAction.ReturnPermit(rollout.Id));
        return null;
    }

    private Refusal? CannotBreak(SlotInput.Break asked) => _slot?.Holder switch
    {
        null => new(RefusalCodes.NotHeld, "nobody has the lease of this slot", "nothing: what is started gets it"),
        { Rollout: var held } when held.Id != asked.Holder => new(
            RefusalCodes.NotAsSeen, $"{held.Id} has the lease, not {asked.Holder}",
            $"the same of {held.Id}, if that one will not give it back either"),
        _ when string.IsNullOrWhiteSpace(asked.Reason) =>
            new(RefusalCodes.BadReason, "there is no reason", "why, in a sentence: whoever had the lease will say it"),
        _ => null,
    };

    /// <summary>
    /// What a rollout is told that is to be left as it is, and what it would have moved: a way back stands on record as
    /// what it takes back. By <paramref name="specHash"/> where it cannot be read by its own.
    /// </summary>
    private EffectAction.LeaveRollout Leaving(Lease lease, ActorName by, string reason, string? specHash = null)
    {
        var (rollout, from) = (lease.Rollout, Claims.Holder?.Reverses?.From);
        return new(
            rollout.Id, lease.Passage, from?.Version ?? rollout.Version,
            from?.SpecHash ?? specHash ?? rollout.SpecHash, rollout.StartedBy, by, reason);
    }

    // Where no specification says which router it is, nobody can be kept out there.
    private void Close()
    {
        if (_slot!.Broken!.SpecHash is not { } specHash)
        {
            Happen(new SlotEvent.LeaseClosed("no specification of this slot can be read"));
            return;
        }

        _intents.Add(new(Direction.Neutral, new EffectAction.CloseSlot(_slot.Slot, specHash), CloseLimits));
    }

    // In a store that was restored whoever had it has newer fences than the one that was sent before.
    private void CloseAgain()
    {
        if (_slot!.Broken is not { } broken) return;
        AbandonWhere(action => action is EffectAction.CloseSlot);
        Happen(new SlotEvent.LeaseBroken(
            _slot.Generation + 1, broken.Rollout, broken.By, broken.Reason, broken.SpecHash));
        Close();
    }

    // Whoever has a newer fence than this one keeps older ones out as well.
    private void SettleClose(OutboxEntry entry)
    {
        if (_slot?.Broken is not { IsSettled: false } || entry.Effect.Fence.Generation != _slot.Generation) return;
        Happen(new SlotEvent.LeaseClosed(entry.Status is EffectStatus.Applied or EffectStatus.Overtaken
            ? null
            : $"{entry.Status}: {entry.Note}"));
    }

    // What was seen before whoever had the lease was kept out may be otherwise by now.
    private bool IsOld(Observation seen) => _slot?.Broken is { } broken
        ? !(seen.At >= broken.SettledAt)
        : _slot?.Recent.Any(ended => ended.End == SlotEnd.Broken && ended.At > seen.At) == true;
}
