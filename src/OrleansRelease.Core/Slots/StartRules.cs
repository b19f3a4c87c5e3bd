using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Slots;

/// <summary>Why a rollout may not be started in a slot.</summary>
internal static class StartRules
{
    public static Refusal? Check(SlotState? slot, StartOrder order)
    {
        if (slot is null) return null;
        if (slot is { Holder: null, Queue.IsEmpty: true, Claims.First: null } && slot.Stable?.Version == order.Version)
        {
            return new(RefusalCodes.AlreadyStable, $"{order.Version} is the stable version of {order.Slot} already",
                "another version");
        }

        if (slot.Holder is { Rollout: var holder, Passage: var passage })
        {
            if (order.WhenBusy == WhenBusy.Reject)
            {
                var part = passage is null ? "" : $", a part of {passage},";
                return new(RefusalCodes.SlotBusy, $"{holder.Id}{part} is moving {order.Slot} to {holder.Version}",
                    "the same start after it has ended, or whenBusy: queue or supersede");
            }

            if (order.WhenBusy == WhenBusy.Supersede && holder.Version == order.Version)
            {
                return new(RefusalCodes.AlreadyMoving, $"{holder.Id} is moving {order.Slot} to {order.Version} already",
                    "another version");
            }
        }

        // The first of the queue moves as soon as other services let it.
        if (order.WhenBusy == WhenBusy.Reject && slot is { Holder: null, Queue: [var first, ..] })
        {
            return new(RefusalCodes.SlotBusy,
                $"{first.Id} is to move {order.Slot} to {first.Version} and waits for what it requires",
                "the same start after it has ended, or whenBusy: queue or supersede");
        }

        if (order.WhenBusy == WhenBusy.Reject && slot is { Holder: null, Claims.First: { } claim })
        {
            return new(RefusalCodes.SlotBusy, $"{claim.Passage} is to move {order.Slot} to {claim.Version}",
                "the same start after it has ended, or whenBusy: queue or supersede");
        }

        if (slot.Queue.Length >= SlotLimits.MaxQueue && order.WhenBusy != WhenBusy.Supersede)
        {
            return new(RefusalCodes.QueueFull, $"{SlotLimits.MaxQueue} rollouts wait for {order.Slot}",
                "the same start when the queue is shorter");
        }

        return Reservations.Overbooked(slot, order) ?? TooManyOldVersions(slot, order.Slot);
    }

    public static Refusal? TooManyOldVersions(SlotState? slot, SlotKey key) =>
        slot?.Retirements.Length >= SlotLimits.MaxRetirements
            ? new(RefusalCodes.OldVersionsWaiting,
                $"{slot.Retirements.Length} old versions of {key} are still running",
                "the same start when they have been taken down; a shorter keepPrevious makes that sooner")
            : null;
}
