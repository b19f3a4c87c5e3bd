using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// What a slot does after its store was restored: it grants no lease and takes nothing down before it was seen that its
/// stable version is what runs. While a rollout holds it, that one looks.
/// </summary>
internal sealed partial class SlotDraft
{
    private static readonly ActorName ByHand = ActorName.From("script of the way back");

    private static readonly TimeSpan KeepDisplaced = TimeSpan.FromMinutes(30);

    /// <summary>Also of a slot that is new in a store that was ever restored: it may have been there before.</summary>
    public void Question()
    {
        if (_slot is null || !(moment.HasEpochRisen || (_isNew && moment.Epoch > 1))) return;
        AbandonWhere(action => action is EffectAction.Retire);
        foreach (var running in _slot.Retirements.Where(retirement => retirement.Running))
            Happen(new SlotEvent.RetirementPostponed(running.Version, moment.Now, "the store was restored"));
        Look(moment.Epoch);
        CloseAgain();
    }

    public void See(Observation seen)
    {
        if (IsOld(seen)) return;
        if (_slot?.Holder is { } lease) SeeLeased(lease, seen);
        if (_slot is not { Holder: null }) return;
        var epoch = _slot.Restored switch
        {
            Restored.Unseen unseen => unseen.Epoch,
            // Nobody has asked: somebody has found that it was moved by hand.
            null when seen.Fence?.IsByHand == true && !IsOnRecord(seen) => moment.Epoch,
            _ => (int?)null,
        };
        if (epoch is not { } of || TakeBackByHand(seen)) return;
        var differences = Differences(_slot, seen);
        if (differences.IsEmpty && _slot.Restored is null) return;
        Happen(new SlotEvent.RecordChecked(
            differences.IsEmpty ? null : new Restored.Differs(of, seen, differences)));
    }

    // What a release has verified and no effect is left for would never learn of it, and be taken for good. So whoever
    // moves it is told; and if its release has completed before that, the version does not become stable. Nor would one
    // that has sent nothing to the router yet: its fences are above the script's, and what it goes on from is gone.
    private void SeeLeased(Lease lease, Observation seen)
    {
        if (seen.Fence is not { IsByHand: true } fence) return;
        var isBefore = fence.Generation < lease.Generation;
        if (isBefore ? IsOnRecord(seen) : lease.Passage is null) return;
        var isBack = isBefore || seen.IsNobody() || (seen.Whole() is { } whole && whole != lease.Rollout.Version);
        if (lease.ByHand is { } known && (known.IsBack || !isBack)) return;
        Happen(new SlotEvent.FoundByHand(new(fence, isBack)));
        if (!isBack) return;
        StopTelling(lease.Rollout.Id);
        Tell(Leaving(lease, ByHand, $"requests go to {seen.SharesText()} by fence {fence}"));
    }

    // Whoever took it back by hand has left a fence that says so, and the version that ran before has all requests, or
    // nobody has where none ran: that is a person's word already.
    private bool TakeBackByHand(Observation seen)
    {
        if (seen.Fence?.IsByHand != true) return false;
        if (seen.Whole() is { } whole && whole != _slot!.Stable?.Version && KnownSpecHash(whole) is not null)
            TakeAsStable(whole, ByHand);
        else if (seen.IsNobody() && _slot!.Stable is { } displaced)
            TakeAsEmpty(displaced);
        else
            return false;
        if (_slot!.Restored is not null) Happen(new SlotEvent.RecordChecked(null));
        return true;
    }

    private bool IsOnRecord(Observation seen) => _slot!.Stable is { Version: var stable }
        ? seen.Whole() == stable
        : seen.IsNobody();

    private void TakeAsEmpty(StableVersion displaced)
    {
        Happen(new SlotEvent.BecameEmpty(ByHand));
        Ring();
        Happen(new SlotEvent.RetirementScheduled(
            displaced.Version, displaced.SpecHash, moment.Now + KeepDisplaced));
    }

    public void NotSeen(string problem)
    {
        if (_slot is not { Holder: null, Restored: Restored.Unseen unseen }) return;
        Happen(new SlotEvent.RecordChecked(
            unseen with { LookAt = moment.Now + Restored.LookAgainAfter, Problem = problem }));
    }

    /// <summary>
    /// A person says that it goes on from what is there: a version that has all requests is the stable one.
    /// </summary>
    public Refusal? Accept(ActorName by)
    {
        if (_slot?.Restored is not Restored.Differs { Seen: var seen })
        {
            return new(
                RefusalCodes.NotFailed, "there is nothing to accept: nothing was found that is not on record", "wait");
        }

        if (seen.Whole() is { } whole && whole != _slot.Stable?.Version) TakeAsStable(whole, by);
        // What is accepted to get requests is no news when it is not taken down because of that.
        foreach (var old in _slot.Retirements.Where(old => seen.ShareOf(old.Version) > Weight.None))
        {
            Happen(new SlotEvent.RetirementPostponed(
                old.Version, old.At, $"{by} has accepted that it gets requests", AfterNext: true));
        }

        Happen(new SlotEvent.RecordChecked(null));
        return null;
    }

    // By what it was deployed the record may not say; then it is looked at by what is known of the slot.
    private void TakeAsStable(VersionName version, ActorName by)
    {
        var displaced = _slot!.Stable;
        if ((KnownSpecHash(version) ?? _slot.LookBy) is not { } specHash) return;
        if (_slot.Retirements.Any(old => old.Version == version))
            Happen(new SlotEvent.RetirementDropped(version, "it has all requests"));
        Happen(new SlotEvent.BecameStable(version, specHash, AdoptedBy: by));
        Ring();
        if (displaced is null) return;
        Happen(new SlotEvent.RetirementScheduled(
            displaced.Version, displaced.SpecHash, moment.Now + KeepDisplaced));
    }

    // Of what is kept running, and of what was stable before: a script starts that again where it was taken down.
    private string? KnownSpecHash(VersionName version) =>
        _slot!.Retirements.FirstOrDefault(old => old.Version == version)?.SpecHash
        ?? _slot.AllLayers.Skip(1).FirstOrDefault(layer => layer.Version == version)?.SpecHash;

    // Whoever wants to move it now wants to know how it is now.
    private void LookAgain()
    {
        if (_slot?.Restored is Restored.Differs differs) Look(differs.Epoch);
    }

    private void Look(int epoch) => Happen(new SlotEvent.RecordChecked(new Restored.Unseen(epoch, moment.Now)));

    public static ImmutableArray<string> Differences(SlotState slot, Observation seen)
    {
        var differences = ImmutableArray.CreateBuilder<string>();
        if (slot.Stable is { Version: var stable })
        {
            if (seen.ShareOf(stable) != Weight.All)
                differences.Add($"requests go to {seen.SharesText()}; on record {stable} is stable and has all");
            if (!seen.MayRun(stable)) differences.Add($"{stable} does not run");
        }
        else if (seen.Shares.Values.Any(share => share > Weight.None))
        {
            differences.Add($"requests go to {seen.SharesText()}; on record no version was ever stable here");
        }

        // Whoever has moved it last has lifted what it has shed, and the next who moves it will.
        if (seen.SheddingText() is { } shed) differences.Add(shed);
        if (slot.Broken?.Threat is { } threat) differences.Add(threat);

        return differences.ToImmutable();
    }
}
