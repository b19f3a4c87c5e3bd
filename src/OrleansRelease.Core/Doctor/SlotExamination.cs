using System.Collections.Immutable;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Doctor;

/// <summary>What differs between the record of a slot and what was seen there.</summary>
public static class SlotExamination
{
    /// <summary>
    /// While a rollout moves the slot its record says how it should be, else the slot's own: also where it has found
    /// its version stable, and moves nothing.
    /// </summary>
    public static ImmutableArray<string> Differences(
        Row<SlotState> slot, Row<RolloutState>? holder, Observation seen)
    {
        ArgumentNullException.ThrowIfNull(slot);
        ArgumentNullException.ThrowIfNull(seen);
        if (slot.State is not { } state) return [];
        var differences = holder?.State is { IsTerminal: false, IsNeedless: false } moving
            ? RecordCheck.Differences(moving, holder.Outbox, seen)
            : SlotDraft.Differences(state, seen);
        return [.. OfRestore(state, holder), .. differences, .. OfFence(slot, holder, seen)];
    }

    private static IEnumerable<string> OfRestore(SlotState slot, Row<RolloutState>? holder)
    {
        if (slot is { Holder: null, Restored.IsOpen: true }) yield return slot.ShutBecause[0];
        if (holder?.State is { Restored.IsOpen: true } moving)
            yield return $"{moving.Id}: {RestoredText.Reasons(moving.Restored)[0]}";
    }

    // Whoever set it last is not on record: somebody else, or this store before it was restored.
    private static IEnumerable<string> OfFence(Row<SlotState> slot, Row<RolloutState>? holder, Observation seen)
    {
        if (seen.Fence is not { } fence) yield break;
        var outbox = slot.Outbox.AddRange(holder?.Outbox ?? []);
        var known = outbox.Where(entry => entry.Effect.Action.IsOutside).Select(entry => entry.Effect.Fence)
            .Append(new Fence(slot.Epoch, slot.State!.Generation, int.MaxValue)).Max();
        if (fence > known) yield return $"the router has accepted fence {fence}, which is newer than the record";
    }
}
