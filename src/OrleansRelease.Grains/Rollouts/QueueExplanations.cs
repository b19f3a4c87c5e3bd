using System.Text.Json;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Rollouts;

/// <summary>Explains a rollout that has no row of its own, as far as the row of its slot tells of it.</summary>
internal static class QueueExplanations
{
    public static Answer<Explanation> Of(RolloutId id, StoredRow? slot, DateTimeOffset now)
    {
        if (slot is null || RowOf(slot) is not { State: { } state } row) return NotThere(id);
        if (ExplainQueued.Of(id, row, now) is { } explanation) return explanation;
        return state.Recent.FirstOrDefault(e => e.Id == id) is { } ended
            ? new Refusal(
                RefusalCodes.NotFound, $"{id} never began: {ended.End}{(ended.By is { } by ? $" by {by}" : "")}")
            : NotThere(id);
    }

    private static Refusal NotThere(RolloutId id) => new(RefusalCodes.NotFound, $"there is no rollout {id}");

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
