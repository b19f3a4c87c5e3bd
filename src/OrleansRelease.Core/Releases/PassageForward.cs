using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>How a passage gets its slots, and how its services move.</summary>
internal static class PassageForward
{
    public static void Take(PassageDraft draft, PassageInput.RequiredRead read)
    {
        if (draft.State.Stage is PassageStage.Requiring)
            draft.Happen(new PassageEvent.RequiredSeen(new RequiredFact(draft.Now, read.Stable)));
    }

    // A grant for a claim that was taken back is not one: the slot learns of that by what it was told since.
    public static void Take(PassageDraft draft, PassageInput.SlotGranted granted)
    {
        if (Claimed(draft, granted.Service, granted.Claim) is { Grant: null })
            draft.Happen(new PassageEvent.SlotLeased(granted.Service, granted.Grant));
    }

    /// <summary>It gives way only while nothing of it is there; what it has begun it brings to its end.</summary>
    public static void Take(PassageDraft draft, PassageInput.SlotWanted wanted)
    {
        if (Claimed(draft, wanted.Service, wanted.Claim) is not { } part) return;
        if (draft.State.Stage is PassageStage.Stabilising now)
            PassageStabilising.Cut(draft, now, $"{wanted.By} goes first");
        if (draft.State.Stage is not PassageStage.Leasing) return;
        foreach (var later in draft.State.Parts.SkipWhile(other => other != part).Where(other => other.Claim > 0))
            draft.Return(later);
        draft.Happen(new PassageEvent.SlotsYielded(wanted.Service, wanted.By));
    }

    public static void Take(PassageDraft draft, PassageInput.SlotRefused refused)
    {
        if (draft.State.Stage is not PassageStage.Leasing) return;
        if (Claimed(draft, refused.Service, refused.Claim) is null) return;
        draft.Finish(
            PassagePhase.Cancelled, new PassageCause.SlotRefused(refused.Service, refused.By, refused.Reason));
    }

    public static void CheckRequired(PassageDraft draft)
    {
        if (draft.Spec.Reverses is { Waits: true, Known: var known })
        {
            draft.Happen(new PassageEvent.FoundStoodUpon(known));
            return;
        }

        var required = draft.Spec.Requires;
        var fact = draft.State.Required;
        if (required.All(one => one.Requirement.IsMetBy(fact?.VersionOf(one.Requirement.Service))))
        {
            PassageWaits.End(draft);
            draft.Happen(new PassageEvent.LeasingBegan());
            return;
        }

        // Before it was read nothing is known of it, and so nothing is refused.
        if (fact is null) return;
        var missing = required.FirstOrDefault(one => one.Otherwise == Otherwise.Refuse
            && !one.Requirement.IsMetBy(fact.VersionOf(one.Requirement.Service)))?.Requirement;
        if (missing is null)
        {
            PassageWaits.Begin(draft);
            return;
        }

        draft.Finish(
            PassagePhase.Cancelled,
            new PassageCause.NotMet(missing.Service, missing.Standing(fact.VersionOf(missing.Service))));
    }

    /// <summary>
    /// One slot at a time, ascending: whoever waits for one holds none behind it, so no two wait for each other.
    /// </summary>
    public static void Lease(PassageDraft draft)
    {
        if (draft.State.Parts.FirstOrDefault(part => part.Grant is null) is not { } next)
        {
            draft.Happen(draft.Spec.Reverses is null
                ? new PassageEvent.MovingBegan()
                : new PassageEvent.LookingBegan());
            return;
        }

        if (next.Claim > 0) return;
        var number = draft.NextOrdinal;
        draft.Happen(new PassageEvent.SlotClaimed(next.Service, number));
        // What was given back before is said by this, too.
        var slot = draft.Spec.SlotOf(next.Service);
        draft.AbandonWhere(action => action is EffectAction.ReturnSlot gone && gone.Slot == slot);
        var spec = draft.SpecOf(next.Service);
        var (version, specHash) = spec.Reverses is { To: { } to }
            ? (to.Version, to.SpecHash)
            : (spec.Version, spec.SpecHash);
        // To whom it has given way it does not dispute the place.
        var whenBusy = next.HasYielded ? WhenBusy.Queue : draft.Spec.WhenBusy;
        draft.Tell(new EffectAction.ClaimSlot(
            slot, draft.State.Id, draft.State.Rank, whenBusy, number, version, specHash,
            draft.State.StartedBy, draft.State.CreatedAt, spec.Reverses, spec.Reserves,
            AsksBudgets: spec is { Reserves.IsEmpty: false, Reverses: null } && draft.Spec.Emergency is null));
    }

    public static void Move(PassageDraft draft)
    {
        if (Failed(draft) is { } failed)
        {
            if (draft.Spec.OnFailure == OnFailure.RollbackRelease)
            {
                PassageBackward.Halt(draft, new PassageCause.ServiceFailed(failed.Service, failed.Failure!));
                return;
            }

            if (draft.State.Stage is not PassageStage.Held { Failed: not null })
            {
                draft.Happen(new PassageEvent.HeldByFailure(failed.Service));
                return;
            }
        }

        if (draft.State.Stage is PassageStage.Held) return;
        Begin(draft);
        End(draft);
    }

    private static void Begin(PassageDraft draft)
    {
        var parts = draft.State.Parts.ToDictionary(part => part.Service);
        // The others follow when these have heard.
        var beginning = draft.Moment.Outbox.Count(entry =>
            entry is { IsPending: true, Effect.Action: EffectAction.BeginRollout });
        var onMoving = Ground.Moving(draft.Spec, draft.Order, parts);
        var next = draft.Order.MayBegin(
            service => !parts[service].HasBegun,
            service => parts[service].Stage is PartStage.Verified && !onMoving.Contains(service),
            Math.Min(draft.Spec.MaxParallel - draft.State.UnderWay, PassageLimits.MaxBeginning - beginning));
        foreach (var service in next)
        {
            var (grant, spec) = (parts[service].Grant!, draft.SpecOf(service));
            draft.Happen(new PassageEvent.PartBegun(service));
            draft.Tell(new EffectAction.BeginRollout(
                grant.Rollout, grant.Generation, grant.Baseline, spec.Version, spec.SpecHash, draft.State.StartedBy,
                grant.BaselineSpecHash, grant.IsKept, draft.State.Id, draft.Spec.Emergency));
        }
    }

    private static void End(PassageDraft draft)
    {
        var parts = draft.State.Parts;
        if (parts.Any(part => part.IsAwaited)) return;
        var verified = parts.Count(part => part.Stage is PartStage.Verified);
        // What is blamed and verified a person has gone on with.
        var cause = parts.FirstOrDefault(part =>
            part.Failure is not null && part.Stage is not PartStage.Verified) is { } failed
            ? new PassageCause.ServiceFailed(failed.Service, failed.Failure!)
            : null;
        if (verified == 0 && cause is not null)
        {
            PassageStabilising.Begin(draft, cause);
        }
        else
        {
            draft.Finish(
                verified == parts.Length ? PassagePhase.Succeeded
                    : verified > 0 ? PassagePhase.Partial
                    : PassagePhase.RolledBack,
                cause);
        }
    }

    // The first of the order that failed, beside those that a person has gone on after. Where each goes back alone that
    // is nobody's matter, but for what was verified before it was blamed: others may stand on it.
    private static Part? Failed(PassageDraft draft) => draft.Order.Forward.Select(draft.State.PartOf)
        .FirstOrDefault(part => part.Failure is not null && !draft.State.Tolerated.Contains(part.Service)
            && (draft.Spec.OnFailure != OnFailure.RollbackService || part.Stage is PartStage.Verified));

    private static Part? Claimed(PassageDraft draft, ServiceName service, int claim) =>
        draft.State.Parts.FirstOrDefault(part => part.Service == service && part.Claim == claim && claim > 0);
}
