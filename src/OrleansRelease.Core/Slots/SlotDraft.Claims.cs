using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Slots;

/// <summary>Leases for passages, beside those for rollouts of no release.</summary>
internal sealed partial class SlotDraft
{
    /// <summary>What comes late or twice changes nothing.</summary>
    public Refusal? Claim(SlotInput.ClaimLease asked)
    {
        var (at, claim, budgets) = asked;
        if (Claims.Knows(claim)) return null;
        if (Claims.Waiting.Length >= SlotLimits.MaxClaims)
        {
            return new(
                RefusalCodes.QueueFull, $"{SlotLimits.MaxClaims} releases wait for {at}", "the same when fewer wait");
        }

        // A way back adds none of them.
        if (claim.Reverses is null && StartRules.TooManyOldVersions(_slot, at) is { } tooMany) return tooMany;
        // A newer claim says that the older one was given back, wherever that is.
        if (Claims.Waiting.Prepend(Claims.Holder).Any(older => older?.Passage == claim.Passage))
            GiveBack(new(at, claim.Passage, claim.Number - 1, Completed: false, TimeSpan.Zero));
        if (_slot is not null && Reservations.Overbooked(_slot, claim, budgets) is { } overbooked)
        {
            Refuse(at, claim, overbooked);
            return null;
        }

        var moves = Claims.Enter(claim, isFree: false, NotInTheBook()).Moves;
        if (!moves.Any(move => move is LeaseMove.Refuse))
        {
            Supersede(claim.Passage, waiting => claim.Supersedes(waiting.QueuedAt));
            Happen(new SlotEvent.Claimed(at, claim));
            LookAgain();
        }

        foreach (var move in moves) Tell(at, move);
        return null;
    }

    public Refusal? Return(SlotInput.ReturnLease gone)
    {
        if (!Claims.HasReturned(gone.Passage, gone.Number)) GiveBack(gone);
        return null;
    }

    // It does not wait until some of the budget is free: a queue would wait for what waits in it. As it counts as given
    // back, told again it is not entered because something has ended meanwhile: the passage ends by the answer.
    private void Refuse(SlotKey at, Claim claim, Refusal overbooked)
    {
        var before = (Claims.Holder ?? Claims.First)?.Passage ?? NotInTheBook()
            ?? throw new System.Diagnostics.UnreachableException("nobody can have reserved anything");
        GiveBack(new(at, claim.Passage, claim.Number, Completed: false, TimeSpan.Zero));
        Tell(new EffectAction.RefuseClaim(
            at, claim.Passage, claim.Number, before,
            $"{overbooked.Reason}; start it again when that has ended, or apply it as an emergency under another "
                + "name"));
    }

    private LeaseBook Claims => _slot?.Claims ?? LeaseBook.Empty;

    // Who has the slot, or waits for it, and is no passage.
    private PassageId? NotInTheBook() =>
        (_slot?.Holder is { Passage: null, Rollout: var holder } ? holder : _slot?.Queue.FirstOrDefault())?.Id
            is { } rollout ? PassageId.Of(rollout) : null;

    private void GiveBack(SlotInput.ReturnLease gone)
    {
        var held = Claims.Holder is { } holder && holder.Passage == gone.Passage && holder.Number <= gone.Number
            ? _slot!.Holder
            : null;
        // What was said of a later claim still holds.
        AbandonWhere(action => action switch
        {
            EffectAction.GrantSlot granted => granted.Passage == gone.Passage && granted.Claim <= gone.Number,
            EffectAction.WoundHolder wanted => wanted.Passage == gone.Passage && wanted.Claim <= gone.Number,
            _ => false,
        });
        // It may have completed before anybody knew that a script has taken it back since.
        var completed = gone.Completed && held?.ByHand is not { IsBack: true };
        var reversal = held is null ? null : Claims.Holder!.Reverses;
        if (held is not null)
        {
            EndHolder(
                !completed ? SlotEnd.TakenBack : reversal is null ? SlotEnd.Succeeded : SlotEnd.Reversed,
                by: null);
        }

        if (held is not null && gone.IsLeft) KeepUntilTheNext(held.Rollout.Version);
        var moves = Claims.Return(gone.Passage, gone.Number, isFree: false).Moves;
        Happen(new SlotEvent.ClaimReturned(gone.At, gone.Passage, gone.Number));
        foreach (var move in moves) Tell(gone.At, move);
        if (held is null || !completed) return;
        if (reversal is not null)
        {
            Happen(new SlotEvent.TakenBackTo(reversal.To, gone.Passage));
            Ring();
            return;
        }

        MakeStable(held.Rollout, gone.KeepPrevious, gone.Passage);
        Tell(new EffectAction.CompleteRollout(held.Rollout.Id, gone.Passage));
    }

    // One that was stable before, and was to be so again: by a release that was left on its way back, or by that way
    // back. It may have all requests, whatever is on record, and then nobody else has any.
    private void KeepUntilTheNext(VersionName version)
    {
        foreach (var old in _slot!.Retirements.Where(old => old.Version == version))
        {
            Happen(new SlotEvent.RetirementPostponed(
                version, old.At, "a way back was left half way", AfterNext: true));
        }
    }

    // Lease, name and where the way back leads are given in one write, before anything is done.
    private void Grant(Claim claim)
    {
        var displaced = KeepRunning(claim.Reverses is { } back ? back.To?.Version : claim.Version);
        var rollout = new RolloutId(_slot!.Slot, _slot.LastNumber + 1);
        Happen(new SlotEvent.Granted(claim.Passage, rollout, _slot.Generation + 1, displaced));
        Tell(new EffectAction.GrantSlot(
            _slot.Slot, claim.Passage, claim.Number,
            claim.Reverses is { } reversal
                ? new Grant(
                    rollout, _slot.Generation, reversal.To?.Version, reversal.To?.SpecHash,
                    Replaced: _slot.Stable == reversal.From ? null : StandingHere())
                : new Grant(
                    rollout, _slot.Generation, _slot.Stable?.Version, _slot.Stable?.SpecHash,
                    IsKept: displaced is { WasStable: true })));
    }

    private string StandingHere() => _slot!.Stable is { } stable
        ? $"{stable.Version} is stable there now, {stable.BroughtText()}"
        : "nothing is stable there any more";

    // A passage that will never take the lease has done nothing with it.
    private void Settle(OutboxEntry entry, EffectAction.GrantSlot granted)
    {
        if (entry.Status == EffectStatus.Applied || Claims.Holder is not { } holder) return;
        if (holder.Passage != granted.Passage || holder.Number != granted.Claim) return;
        EndHolder(SlotEnd.NeverBegan, by: null);
        Happen(new SlotEvent.ClaimReturned(granted.Slot, granted.Passage, granted.Claim));
    }

    private void SupersedePassages(PassageId by)
    {
        if (Claims.Holder is not null) Happen(new SlotEvent.AskedToYield(_slot!.Holder!.Rollout.Id, by));
        foreach (var claim in Claims.Waiting.Prepend(Claims.Holder).OfType<Claim>().ToList())
            Tell(new EffectAction.SupersedePassage(claim.Passage, by));
    }

    private void Tell(SlotKey at, LeaseMove move) => Tell(move switch
    {
        LeaseMove.Wound wound => new EffectAction.WoundHolder(
            at, wound.Holder.Passage, wound.Holder.Number, wound.By.Passage),
        LeaseMove.Refuse refuse => new EffectAction.RefuseClaim(
            at, refuse.Asked.Passage, refuse.Asked.Number, refuse.Before),
        LeaseMove.Supersede old => new EffectAction.SupersedePassage(old.Old.Passage, old.By.Passage),
        _ => throw new System.Diagnostics.UnreachableException($"{move}"),
    });
}
