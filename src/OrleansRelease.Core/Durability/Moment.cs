using System.Collections.Immutable;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>
/// What a decision may look at beside the state: the time, the effects, which of them settled just now, the ordinal
/// that the first effect it decides will get, and the sequence that its transition will have.
/// </summary>
public sealed record Moment(
    DateTimeOffset Now, ImmutableArray<OutboxEntry> Outbox, ImmutableArray<OutboxEntry> Settled, int NextOrdinal,
    long Sequence);
