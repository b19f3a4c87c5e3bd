namespace OrleansRelease.Ports.Storage;

/// <summary>Which rows want to be looked at: the guarantee that nothing is forgotten, whatever crashed.</summary>
public interface IWakeIndex
{
    /// <summary>
    /// The shards (0 to <see cref="Shards.Count"/> - 1) that have a row due at <paramref name="now"/>.
    /// </summary>
    Task<IReadOnlyList<int>> DueShardsAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// Due rows of one shard, ways back first, then the longest overdue; quarantined ones are left out.
    /// </summary>
    Task<IReadOnlyList<DueRow>> DueRowsAsync(int shard, DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>
    /// A row could not be read, decided or evolved: counts the failure, puts the next wake off, quarantines the row
    /// after <see cref="Shards.FailuresToQuarantine"/>. Its payload is not touched.
    /// </summary>
    Task<RowFailure> RecordFailureAsync(
        string kind, string key, string error, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Forgets the failures of a row, so that it is tried again.</summary>
    Task ClearFailuresAsync(string kind, string key, CancellationToken cancellation);
}

public sealed record DueRow(string Kind, string Key, DateTimeOffset DueAt, long Sequence);

public sealed record RowFailure(int Failures, DateTimeOffset RetryAt, bool Quarantined);
