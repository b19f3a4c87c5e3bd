namespace OrleansRelease.Contracts.Streams;

/// <summary>
/// A transition of a source is on record that concerns whoever hears this: <see cref="Sequence"/> of its log. It tells
/// no more than that; what happened is read from the log, after the last sequence of that source that was taken in.
/// A bell may come late, twice, out of order or not at all.
/// </summary>
/// <param name="Previous">
/// The source's transition that rang the same stream before, 0 when none did. Where it is the last one that was taken
/// in, <see cref="Sequence"/> is the only one to read.
/// </param>
public sealed record Bell(string SourceKind, string SourceKey, long Sequence, long Previous);
