using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Explains a rollout that has a name but has not begun, from the row of the slot that named it.</summary>
public static class ExplainQueued
{
    private static readonly Command Abort = new(CommandId.From("explain"), ActorName.From("explain"));

    /// <summary>Null when the slot does not wait for it.</summary>
    public static Explanation? Of(RolloutId id, Row<SlotState> row, DateTimeOffset now)
    {
        if (row.State is not { } state) return null;
        if (state.Holder?.Rollout is { } holder && holder.Id == id) return AboutToBegin(holder, row, state, now);
        return state.Queue.FirstOrDefault(queued => queued.Id == id) is { } queued
            ? Waiting(queued, row, state, now)
            : null;
    }

    private static Explanation AboutToBegin(
        QueuedRollout holder, Row<SlotState> row, SlotState state, DateTimeOffset now)
    {
        var beginning = row.Outbox.FirstOrDefault(entry =>
            entry is { IsPending: true, Effect.Action: EffectAction.BeginRollout });
        return beginning?.Note is not { } note
            ? Pending(holder, row, state, "it has the lease and is about to begin", null, now)
            : Pending(
                holder, row, state,
                string.Create(CultureInfo.InvariantCulture,
                    $"it has the lease and could not begin, {beginning.Attempt} attempts so far: {note}"),
                "is tried again", now);
    }

    private static Explanation Waiting(QueuedRollout queued, Row<SlotState> row, SlotState state, DateTimeOffset now)
    {
        var before = state.Queue.IndexOf(queued);
        // Nobody holds the slot, and still nobody gets it: only after a restore.
        if (state.Holder?.Rollout is not { } holder)
        {
            return Pending(
                queued, row, state, string.Join("; ", RestoredText.Reasons(state.Restored)),
                state.LookAt is null ? null : "begins when it was seen that what is there is what is on record", now);
        }

        return Pending(
            queued, row, state,
            string.Create(CultureInfo.InvariantCulture,
                $"{holder.Id} is moving {state.Slot} to {holder.Version}; {before} more wait before this one"),
            $"begins when {holder.Id} has ended", now);
    }

    private static Explanation Pending(
        QueuedRollout rollout, Row<SlotState> row, SlotState slot, string why, string? byItself, DateTimeOffset now)
    {
        var refused = RefusesAbort(rollout.Id, row, now);
        ImmutableArray<Move> itself = byItself is null ? [] : [new Move(MovedBy.Itself, byItself)];
        return new(
            rollout.Id, slot.Stable?.Version, rollout.Version, Phase.Pending, rollout.QueuedAt, now, Weight.None,
            [why],
            refused is not null
                ? itself
                : itself.Add(Move.ByYou("abort", rollout.Id)),
            refused is null ? [] : [new RefusedMove("abort", refused.Code, refused.Reason)],
            null, new ExplainedWayBack(slot.Stable?.Version, [], TimeSpan.Zero, null), null, null);
    }

    // Asked of the very rules that will decide it.
    private static Refusal? RefusesAbort(RolloutId rollout, Row<SlotState> row, DateTimeOffset now) =>
        new SlotDecider().Step(row, new SlotInput.Withdraw(rollout), Abort, epoch: 0, now)
            is StepResult<SlotState>.Refused refused
            ? refused.Refusal
            : null;
}
