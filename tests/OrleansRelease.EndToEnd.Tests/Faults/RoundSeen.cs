using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// What routers, instances and callers wrote down themselves of a round, and the record of decisions: all that it is
/// judged by. Nothing here was asked of the system under test but how a rollout ended, which is held against the rest.
/// </summary>
internal sealed record RoundSeen(FaultKind Kind)
{
    public required IReadOnlyList<MoveSeen> Moves { get; init; }

    public IReadOnlyList<GivenCommand> Given { get; init; } = [];

    /// <summary>Of the rollouts of this round, and of all time of their slots.</summary>
    public IReadOnlyList<LoggedStep> Log { get; init; } = [];

    /// <summary>What is stored of them, read before the log.</summary>
    public IReadOnlyList<StoredRow> Rows { get; init; } = [];

    public IReadOnlyDictionary<string, string> Specs { get; init; } = new Dictionary<string, string>();

    /// <summary>Since the router was there.</summary>
    public IReadOnlyList<RouterEvent> Router { get; init; } = [];

    /// <summary>How those processes were started that run when all has ended.</summary>
    public IReadOnlyList<string> Processes { get; init; } = [];

    /// <summary>Announced for a way back.</summary>
    public TimeSpan Bound { get; init; }

    /// <summary>How many rollouts may move at once.</summary>
    public int Permits { get; init; }

    public DateTimeOffset BeganAt { get; init; }

    public DateTimeOffset StruckAt { get; init; }

    /// <summary>When nothing stood in the way any more; null where that cannot be told.</summary>
    public DateTimeOffset? FreeAt { get; init; }

    /// <summary>
    /// The longest that one of those that moved at the strike, and would have gone on by itself, took from then on to
    /// its next decision; nothing for one that ended before.
    /// </summary>
    public TimeSpan? Recovery => FreeAt is { } free
        ? Moving().Select(move => StepsOf(move).FirstOrDefault(step => step.At > free) is { } next
            ? next.At - free
            : TimeSpan.Zero).Max(wait => (TimeSpan?)wait)
        : null;

    /// <summary>What had its permit when the fault struck, had not ended, and was not held by a person.</summary>
    public IEnumerable<MoveSeen> Moving() =>
        from move in Moves
        where move.Course != Course.Paused
        let steps = StepsOf(move)
        where steps.Any(step => step.Input == "permit-granted" && step.At <= StruckAt) && steps[^1].At > StruckAt
        select move;

    public IReadOnlyList<LoggedStep> StepsOf(MoveSeen move) =>
        [.. Log.Where(step => step.Kind == "rollout" && step.Key == move.Rollout)];
}

/// <summary>One rollout of a round: what was meant, what callers saw, what its instances wrote.</summary>
internal sealed record MoveSeen(Declared Declared, string Version, Course Course)
{
    public string Slot => Declared.Slot.ToString();

    /// <summary>Null when it was never started.</summary>
    public string? Rollout { get; init; }

    public Phase? End { get; init; }

    /// <summary>How it may end.</summary>
    public IReadOnlyList<Phase> Ends { get; init; } = [];

    /// <summary>A way back got stuck, which a person was told.</summary>
    public bool WasPaged { get; init; }

    /// <summary>What is to serve its users when the round is over.</summary>
    public required string Stable { get; init; }

    /// <summary>Of all versions of the service, in all rounds.</summary>
    public IReadOnlyList<ServedRun> Runs { get; init; } = [];

    public override string ToString() => $"{Rollout ?? Slot} ({Course})";
}
