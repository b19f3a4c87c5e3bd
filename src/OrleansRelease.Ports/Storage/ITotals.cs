namespace OrleansRelease.Ports.Storage;

/// <summary>What a store counts of its rows, for those who watch over it: one short question.</summary>
public interface ITotals
{
    Task<StoreTotals> AskAsync(CancellationToken cancellation);
}

/// <summary>
/// The rollouts that have not ended, by phase and environment; the rows that are quarantined, by kind; and since when
/// the row is due that has been due for longest, of those that never failed.
/// </summary>
public sealed record StoreTotals(
    IReadOnlyList<PhaseTotal> Rollouts, IReadOnlyDictionary<string, long> Quarantined, DateTimeOffset? OldestDue);

/// <summary>How many rollouts are in a phase, and the last write of the one that has none since longest.</summary>
public sealed record PhaseTotal(string Phase, string Environment, long Count, DateTimeOffset? OldestWrite);
