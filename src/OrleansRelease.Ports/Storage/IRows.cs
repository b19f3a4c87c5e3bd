using OrleansRelease.Core.Identity;

namespace OrleansRelease.Ports.Storage;

/// <summary>Searches over the indexed columns of durable rows.</summary>
public interface IRows
{
    /// <summary>Rows in key order after <see cref="RowFilter.After"/>, at most <see cref="RowFilter.Limit"/>.</summary>
    Task<IReadOnlyList<RowSummary>> ListAsync(RowFilter filter, CancellationToken cancellation);

    /// <summary>
    /// The row and its bookkeeping; null when there is none. <see cref="StoredRow.Payload"/> is its state.
    /// </summary>
    Task<StoredRow?> GetAsync(string kind, string key, CancellationToken cancellation);
}

public sealed record RowFilter(
    string Kind, ServiceName? Service = null, EnvironmentName? Environment = null, string? Phase = null,
    string? After = null, int Limit = 100);

public sealed record RowSummary(
    string Kind, string Key, long Sequence, string Phase, ServiceName? Service, EnvironmentName? Environment,
    VersionName? Version, string? SpecHash, DateTimeOffset UpdatedAt, DateTimeOffset? NextWake,
    int Failures, DateTimeOffset? QuarantinedAt, string? LastError);

public sealed record StoredRow(RowSummary Summary, string Payload);
