using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>What one input does to one row.</summary>
public abstract record StepResult<TState>
    where TState : class
{
    private StepResult()
    {
    }

    /// <summary>Nothing to write: nothing changed, or the command was answered before.</summary>
    public sealed record Unchanged(string? Answer) : StepResult<TState>;

    public sealed record Refused(Refusal Refusal) : StepResult<TState>;

    /// <summary>
    /// To be written as one: the row, its columns, and the transition as the exact text that is stored and hashed.
    /// Only after that may the attempts be made.
    /// </summary>
    public sealed record Written(
        Row<TState> Row, Facts Facts, string Transition, ImmutableArray<Dispatch> Attempts, string? Answer)
        : StepResult<TState>;
}
