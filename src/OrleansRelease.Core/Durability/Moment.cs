using System.Collections.Immutable;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>What a decision may look at beside the state: the time, the effects, and which of them settled just now.</summary>
public sealed record Moment(
    DateTimeOffset Now, ImmutableArray<OutboxEntry> Outbox, ImmutableArray<OutboxEntry> Settled);
