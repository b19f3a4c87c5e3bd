using System.Collections.Immutable;

namespace OrleansRelease.Core.Doctor;

/// <summary>
/// How the system itself is: what the store says, and the servers on it. <see cref="ClockAhead"/> is how far the clock
/// of the one that asked is ahead of the store's.
/// </summary>
public sealed record SystemReport(
    DateTimeOffset At,
    TimeSpan ClockAhead,
    int Epoch,
    int StoredEpoch,
    int Schema,
    int KnownSchema,
    int Format,
    int NewestFormat,
    ImmutableArray<ServerReport> Servers,
    long Quarantined,
    ImmutableArray<QuarantinedRow> QuarantinedRows,
    long Overdue,
    DateTimeOffset? OldestDue,
    long LargeRows,
    ImmutableArray<UnreadableFreeze>? UnreadableFreezes = null);

/// <summary>A server, and the newest format that it knows; null where it does not say.</summary>
public sealed record ServerReport(string Name, int? NewestFormat);

/// <summary>A freeze whose row cannot be read; it counts as one until then.</summary>
public sealed record UnreadableFreeze(Identity.EnvironmentName Environment, DateTimeOffset Until);

public sealed record QuarantinedRow(string Kind, string Key, string? Error);

/// <summary>What one look at a slot found that is not on record; nothing, if all is as it should be.</summary>
public sealed record SlotReport(Identity.SlotKey Slot, ImmutableArray<string> Differences);

/// <summary>The report, and what of it somebody should see to.</summary>
public sealed record SystemDiagnosis(SystemReport Report, ImmutableArray<string> Problems);
