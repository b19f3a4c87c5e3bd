using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>Latencies as somebody writes them: cumulative counts by their bounds, of which one is infinity.</summary>
internal static class GivenBuckets
{
    /// <summary>What would be right.</summary>
    public const string Shape = """{"buckets": {"0.1": 90, "+Inf": 100}}, """ + Cumulative;

    /// <summary>The same where nothing else may be there.</summary>
    public const string Plain = """{"0.1": 90, "+Inf": 100}, """ + Cumulative;

    private const string Cumulative = "each count at least the one before";

    private const string Infinity = "+Inf";

    /// <summary>Null when they cannot be the counts of one set of requests.</summary>
    public static Reading.Buckets? Read(ImmutableSortedDictionary<string, double> given)
    {
        if (given.Count > Histogram.MostBuckets) return null;
        var buckets = ImmutableArray.CreateBuilder<Bucket>(given.Count);
        foreach (var (written, count) in given)
        {
            if (BoundOf(written) is not { } bound) return null;
            buckets.Add(new(bound, count));
        }

        var latencies = new Histogram([.. buckets.OrderBy(bucket => bucket.Le)]);
        return latencies.IsConsistent ? new(latencies) : null;
    }

    private static double? BoundOf(string written) => written == Infinity
        ? double.PositiveInfinity
        : double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound)
            && double.IsFinite(bound)
                ? bound
                : null;
}
