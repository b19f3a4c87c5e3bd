using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>How many requests of a window took at most <see cref="Le"/> seconds.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record Bucket(double Le, double Count);

/// <summary>
/// A version's requests of one window by how long they took: cumulative buckets in any order, the one up to infinity
/// among them, as Prometheus keeps them.
/// </summary>
public sealed record Histogram(ImmutableArray<Bucket> Buckets)
{
    /// <summary>How many requests took longer than <paramref name="cut"/> seconds, if it is a bucket's bound.</summary>
    public Reading Above(double cut)
    {
        double? total = null;
        double? below = null;
        foreach (var bucket in Buckets)
        {
            if (double.IsPositiveInfinity(bucket.Le)) total = bucket.Count;
            if (bucket.Le == cut) below = bucket.Count;
        }

        // Each bucket is extrapolated for itself, so one may say a little more than the whole.
        return total is { } all && below is { } fast
            ? new Reading.Counts(Math.Max(0, all - fast), all)
            : new Reading.NoData("no such bucket");
    }
}
