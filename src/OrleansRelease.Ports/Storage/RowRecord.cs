using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Ports.Storage;

/// <summary>
/// What a grain hands to storage in one write: the indexed columns, the state, and the transition that led to it, both
/// as the exact text to store. After a read <see cref="Transition"/> is empty. Key and shard follow from kind and key.
/// </summary>
public sealed class RowRecord
{
    public RowColumns? Columns { get; set; }

    public string Payload { get; set; } = "";

    public string Transition { get; set; } = "";
}

/// <summary>The columns by which a row is found; <see cref="Sequence"/> is the row's version.</summary>
public sealed record RowColumns(
    string Kind, string Key, long Sequence, DateTimeOffset At, string Phase, ServiceName? Service,
    EnvironmentName? Environment, VersionName? Version, string? SpecHash, DateTimeOffset? NextWake)
{
    /// <summary>The streams that this write rings, each at most once; none after a read.</summary>
    public IReadOnlyList<Ring> Rings { get; init; } = [];
}
