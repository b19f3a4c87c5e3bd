using System.Collections.Immutable;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Slots;

/// <summary>What was stable in a slot at one of its sequences; 0: nothing has ever happened there.</summary>
public sealed record News(SlotKey Source, long Sequence, VersionName? Stable)
{
    /// <summary>What a transition of that slot, as it is stored, adds to what was known before it.</summary>
    public News After(long sequence, string transition) => new(
        Source, sequence,
        Vocabulary.Read<Transition<SlotInput, SlotEvent>>(transition).Events.Aggregate(
            Stable,
            (stable, happened) => happened switch
            {
                SlotEvent.BecameStable became => became.Version,
                SlotEvent.BecameEmpty => null,
                SlotEvent.TakenBackTo back => back.Stable?.Version,
                _ => stable,
            }));

    /// <summary>What a slot that waits knows of another one; null where it does not wait for it.</summary>
    public static News? Known(SlotState? waiting, SlotKey source) =>
        waiting?.WaitOn(source) is { } wait ? new(source, wait.Heard, wait.Stable) : null;
}

/// <summary>What a slot waits for, and who waits for it.</summary>
public static class WaitingQuestions
{
    extension(SlotState state)
    {
        public ImmutableArray<Wait> AllWaits => state.Waits ?? [];

        public ImmutableArray<Waiter> AllWaiters => state.Waiters ?? [];

        /// <summary>The slot of the required service beside this one.</summary>
        public SlotKey SourceOf(Wait wait) => state.Slot with { Service = wait.Requires.Service };

        public Wait? WaitOn(SlotKey source) => source.Environment == state.Slot.Environment
            ? state.AllWaits.FirstOrDefault(wait => wait.Requires.Service == source.Service)
            : null;
    }
}
