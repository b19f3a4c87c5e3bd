using System.Collections.Immutable;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Explaining;

/// <summary>
/// What a release waits for because the record of something of it may be older than the world, and what people may say
/// about that.
/// </summary>
public sealed record Doubt(string Because, ImmutableArray<Move> Moves)
{
    /// <summary>A slot that nobody has and nobody gets; null where that is not so.</summary>
    public static Doubt? Of(SlotState slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        if (slot is not { Holder: null, Restored.IsOpen: true }) return null;
        return new($"{slot.Slot}: {string.Join("; ", slot.ShutBecause)}", slot.Restored is Restored.Differs
            ?
            [
                new(
                    MovedBy.You, $"accept {slot.Slot}",
                    Command: $"orel slot accept {slot.Slot.Service} -e {slot.Slot.Environment}"),
            ]
            : [new(MovedBy.Itself, $"looks at {slot.Slot} again", slot.LookAt)]);
    }

    /// <summary>A rollout of it that looks, or waits for a person.</summary>
    public static Doubt Of(Explanation rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return new(
            $"{rollout.Id}: {string.Join("; ", rollout.Because)}",
            [.. rollout.Moves.Select(move => move with { What = $"{move.What} {rollout.Id}" })]);
    }
}
