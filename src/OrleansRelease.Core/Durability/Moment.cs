using System.Collections.Immutable;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>
/// What a decision may look at beside the state: the time, the effects, which of them settled just now, the ordinal
/// that the first effect it decides will get, and the sequence that its transition will have.
/// </summary>
public sealed record Moment(
    DateTimeOffset Now, ImmutableArray<OutboxEntry> Outbox, ImmutableArray<OutboxEntry> Settled, int NextOrdinal,
    long Sequence)
{
    /// <summary>The epoch of the store: above 1 it was restored at some time.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>
    /// The store was restored since this state was written: what is under way may have gone on, and the state is older
    /// than the world.
    /// </summary>
    public bool HasEpochRisen { get; init; }
}
