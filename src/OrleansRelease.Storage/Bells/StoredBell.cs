namespace OrleansRelease.Storage.Bells;

/// <summary>Which bell: of the transition at a position, the stream that it rang at this place.</summary>
internal readonly record struct BellId(long Position, int Ring);

/// <summary>A bell that has still to be heard.</summary>
internal sealed record StoredBell(
    BellId Id, string StreamKind, string StreamKey, string Kind, string Key, long Sequence, long Previous,
    DateTimeOffset At);

/// <summary>Some bells; <see cref="Snapshot"/> names the moment that was looked at.</summary>
internal sealed record BellPage(string Snapshot, IReadOnlyList<StoredBell> Bells);
