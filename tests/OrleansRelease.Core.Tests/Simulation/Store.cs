using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

internal enum WriteAnswer
{
    Committed,
    Conflict,

    /// <summary>The writer got an exception and does not know.</summary>
    Failed,
}

/// <summary>
/// One row and its log: both change together or not at all, and only from the version that the writer knew.
/// </summary>
internal sealed class Store
{
    private readonly List<string> _log = [];

    public Row<RolloutState> Row { get; private set; } = Row<RolloutState>.Empty;

    public IReadOnlyList<string> Log => _log;

    public WriteAnswer Write(StepResult<RolloutState>.Written written, long known, Faults faults)
    {
        if (faults.HasFlag(Faults.WriteFailsBefore)) return WriteAnswer.Failed;
        if (known != Row.Sequence) return WriteAnswer.Conflict;
        Row = written.Row;
        _log.Add(written.Transition);
        return faults.HasFlag(Faults.WriteFailsAfter) ? WriteAnswer.Failed : WriteAnswer.Committed;
    }

    /// <summary>The row as it comes back after a restart: through its stored text.</summary>
    public Row<RolloutState> Load() => Row.Sequence == 0
        ? Row
        : Vocabulary.Read<Row<RolloutState>>(Vocabulary.Write(Row));
}
