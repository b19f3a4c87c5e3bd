using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>One write, and its transition as it is read back from the stored text.</summary>
internal sealed class Commit(
    Row<RolloutState> before, StepResult<RolloutState>.Written written, DateTimeOffset now,
    Transition<RolloutInput, RolloutEvent>? read = null)
{
    public Row<RolloutState> Before => before;

    public Row<RolloutState> After => written.Row;

    public RolloutState State => written.Row.State!;

    public string Text => written.Transition;

    public DateTimeOffset Now => now;

    public Transition<RolloutInput, RolloutEvent> Read { get; } =
        read ?? Vocabulary.Read<Transition<RolloutInput, RolloutEvent>>(written.Transition);
}
