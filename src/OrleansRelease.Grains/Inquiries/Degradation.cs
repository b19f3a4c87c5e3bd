using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Inquiries;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>A service that is worse by an objective since a time, with the counts that say so.</summary>
internal sealed record Degradation
{
    public Degradation(
        SlotKey slot, Slo slo, DateTimeOffset onset, ImmutableArray<Stretch> stretches,
        ImmutableArray<ExcludedTime> excluded, ImmutableArray<Blamed> blamed)
    {
        (Slot, Slo, Onset, Excluded, Blamed) = (slot, slo, onset, excluded, blamed);
        From = stretches[0].Start;
        Stretches = Without(stretches);
    }

    public SlotKey Slot { get; }

    public Slo Slo { get; }

    public DateTimeOffset Onset { get; }

    /// <summary>Since when it was counted.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Without those at which something else was wrong.</summary>
    public ImmutableArray<Stretch> Stretches { get; }

    /// <summary>Who was blamed for it so far.</summary>
    public ImmutableArray<Blamed> Blamed { get; }

    private ImmutableArray<ExcludedTime> Excluded { get; }

    public ImmutableArray<Stretch> Without(ImmutableArray<Stretch> stretches) =>
        ExcludedTime.RemoveFrom(stretches, Excluded, Onset);
}
