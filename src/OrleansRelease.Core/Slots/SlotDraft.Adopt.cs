using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slots;

/// <summary>Taking over what already runs. Nothing is moved: what is there becomes what is on record.</summary>
internal sealed partial class SlotDraft
{
    public Refusal? Adopt(SlotInput.Adopt adopt)
    {
        if (CannotAdopt(adopt) is { } refusal) return refusal;
        var (displaced, generation) = (_slot?.Stable, Math.Max(_slot?.Generation ?? 0, LastOf(adopt.Seen)));
        Happen(new SlotEvent.Adopted(adopt.At, generation, adopt.Actor, adopt.Reason));
        if (_slot!.Retirements.Any(old => old.Version == adopt.Version))
            Happen(new SlotEvent.RetirementDropped(adopt.Version, "it has all requests"));
        Happen(new SlotEvent.BecameStable(adopt.Version, adopt.SpecHash, AdoptedBy: adopt.Actor));
        Ring();
        if (displaced is not null && displaced.Version != adopt.Version)
        {
            Happen(new SlotEvent.RetirementScheduled(
                displaced.Version, displaced.SpecHash, moment.Now + KeepDisplaced));
        }

        if (_slot.Restored is not null) Happen(new SlotEvent.RecordChecked(null));
        // Said again, it is answered with what was seen then.
        _answer = Vocabulary.Write(adopt.Seen);
        return null;
    }

    private Refusal? CannotAdopt(SlotInput.Adopt adopt)
    {
        var (at, version, seen) = (adopt.At, adopt.Version, adopt.Seen);
        if (_slot?.Holder is { Rollout: var holder })
        {
            return new(RefusalCodes.SlotBusy, $"{holder.Id} is moving {at} to {holder.Version}",
                "the same when it has ended");
        }

        if (_slot?.Broken is { IsSettled: false } broken)
        {
            return new(RefusalCodes.SlotBusy, $"{broken.Rollout}, whose lease was broken, is being kept out of {at}",
                "the same in a moment; a router that is away is waited for");
        }

        if (_slot?.Retirements.Any(old => old.Version == version && old.Running) == true)
        {
            return new(RefusalCodes.SlotBusy, $"{version} is being taken down in {at} at this moment",
                "the same in a moment");
        }

        if (_slot is { Stable: { } stable, Restored: null } && stable.Version == version)
        {
            return new(RefusalCodes.AlreadyStable, $"{version} is the stable version of {at} already",
                "a start of another version");
        }

        if (LastMoved() is { } moved && seen.At < moved)
        {
            return new(
                RefusalCodes.NotAsSeen, $"{at} was moved while router and target were being asked",
                "the same once more");
        }

        foreach (var (who, fence) in Known(seen).Where(known => known.Fence.Epoch > moment.Epoch))
        {
            return new(
                RefusalCodes.Restored,
                $"{who} knows fence {fence} of {at}, of a later epoch than this store's ({moment.Epoch}): "
                + "whatever would be sent to it would be overtaken",
                "the same after HOST migrate restored, when this store goes on in the place of the other");
        }

        if (seen.ShareOf(version) != Weight.All)
        {
            return new(
                RefusalCodes.NotAsSeen, $"requests of {at} go to {seen.SharesText()}",
                $"the version that has all of them, or send all of them to {version} first");
        }

        return seen.Runs(version)
            ? null
            : new(
                RefusalCodes.NotAsSeen, $"the target knows of no instance of {version} in {at}",
                $"{version} where the target can see it, or a start of it");
    }

    // What was seen before that may not be so any more.
    private DateTimeOffset? LastMoved() => (_slot?.Recent ?? [])
        .Where(ended => ended.End is SlotEnd.Succeeded or SlotEnd.TakenBack or SlotEnd.Reversed or SlotEnd.Broken)
        .Select(ended => (DateTimeOffset?)ended.At)
        .Append(_slot?.Stable?.Since).Append(_slot?.Broken?.SettledAt).Max();

    private static IEnumerable<(string Who, Fence Fence)> Known(Observation seen)
    {
        if (seen.Fence is { } router) yield return ("the router", router);
        if (seen.TargetFence is { } target) yield return ("the target", target);
    }

    // Of this epoch: those of epochs before are all lower.
    private int LastOf(Observation seen) => Known(seen).Where(known => known.Fence.Epoch == moment.Epoch)
        .Select(known => known.Fence.Generation).Append(0).Max();
}
