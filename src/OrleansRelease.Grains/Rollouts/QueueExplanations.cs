using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Rollouts;

/// <summary>Explains a rollout that has a name but has not begun, from the row of the slot that named it.</summary>
internal static class QueueExplanations
{
    public static Answer<Explanation> Of(string key, StoredRow? slot, DateTimeOffset now)
    {
        if (slot is null || RolloutId.Parse(key) is not { } id || RowOf(slot) is not { State: { } state } row)
            return new Refusal(RefusalCodes.NotFound, $"there is no rollout {key}");
        if (state.Holder?.Rollout is { } holder && holder.Id == id)
            return AboutToBegin(holder, state, row.Outbox, now);
        if (state.Queue.FirstOrDefault(queued => queued.Id == id) is { } queued)
            return Waiting(queued, state, now);
        var ended = state.Recent.FirstOrDefault(e => e.Id == id);
        return new Refusal(RefusalCodes.NotFound, ended is null
            ? $"there is no rollout {key}"
            : $"{key} never began: {ended.End}{(ended.By is { } by ? $" by {by}" : "")}");
    }

    private static Explanation AboutToBegin(
        QueuedRollout holder, SlotState state, ImmutableArray<OutboxEntry> outbox, DateTimeOffset now)
    {
        var beginning = outbox.FirstOrDefault(entry =>
            entry is { IsPending: true, Effect.Action: EffectAction.BeginRollout });
        return beginning?.Note is not { } note
            ? Pending(holder, state, "it has the lease and is about to begin", [], now)
            : Pending(
                holder, state,
                string.Create(CultureInfo.InvariantCulture,
                    $"it has the lease and could not begin, {beginning.Attempt} attempts so far: {note}"),
                [
                    new Move(MovedBy.Itself, "is tried again"),
                    new Move(MovedBy.You, "abort", Command: $"orel rollout abort {holder.Id}"),
                ],
                now);
    }

    private static Explanation Waiting(QueuedRollout queued, SlotState state, DateTimeOffset now)
    {
        var holder = state.Holder!.Rollout;
        var before = state.Queue.IndexOf(queued);
        return Pending(
            queued, state,
            string.Create(CultureInfo.InvariantCulture,
                $"{holder.Id} is moving {state.Slot} to {holder.Version}; {before} more wait before this one"),
            [
                new Move(MovedBy.Itself, $"begins when {holder.Id} has ended"),
                new Move(MovedBy.You, "abort", Command: $"orel rollout abort {queued.Id}"),
            ],
            now);
    }

    private static Explanation Pending(
        QueuedRollout rollout, SlotState slot, string why, ImmutableArray<Move> moves, DateTimeOffset now) => new(
        rollout.Id, slot.Stable?.Version, rollout.Version, Phase.Pending, rollout.QueuedAt, now, Weight.None, [why],
        moves, [], null, new ExplainedWayBack(slot.Stable?.Version, [], TimeSpan.Zero, null), null, null);

    private static Row<SlotState>? RowOf(StoredRow slot)
    {
        try
        {
            return Vocabulary.Read<Row<SlotState>>(slot.Payload);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
