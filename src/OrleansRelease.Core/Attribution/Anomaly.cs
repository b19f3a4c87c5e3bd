using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Attribution;

/// <summary>How many of some requests were bad. Not whole where a source extrapolates; never negative.</summary>
public readonly record struct Count(double Bad, double Total)
{
    public static Count operator +(Count left, Count right) => new(left.Bad + right.Bad, left.Total + right.Total);

    public static Count Add(Count left, Count right) => left + right;

    /// <summary>
    /// The failing share that it speaks for, by Jeffreys' prior: half a request bad, half a request good. So what never
    /// failed may.
    /// </summary>
    internal double EstimatedShare => (Bad + 0.5) / (Total + 1);

    internal static Count Sum(IEnumerable<Stretch> stretches) =>
        stretches.Aggregate(default(Count), (sum, one) => sum + one.Requests);

    /// <summary>Whether it can be counted on: finite, not negative, no more bad ones than there were.</summary>
    internal bool IsUsable => double.IsFinite(Bad) && double.IsFinite(Total) && Bad >= 0 && Bad <= Total;
}

/// <summary>All requests of the degraded service that ended in one stretch of time.</summary>
public sealed record Stretch(DateTimeOffset Start, DateTimeOffset End, Count Requests);

/// <summary>A service that got worse: who, since when, and its requests before and after, in order of time.</summary>
/// <param name="Slot">The degraded service and where it runs.</param>
/// <param name="Onset">The start of the first stretch that was found worse.</param>
/// <param name="Stretches">From well before the onset until now; missing ones are left out, not zero.</param>
public sealed record Anomaly(SlotKey Slot, DateTimeOffset Onset, ImmutableArray<Stretch> Stretches);
