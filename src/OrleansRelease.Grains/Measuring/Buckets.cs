using System.Diagnostics.Metrics;

namespace OrleansRelease.Grains.Measuring;

/// <summary>The bounds between which times are counted, in seconds.</summary>
internal static class Buckets
{
    /// <summary>Calls to the outside; they have time-outs of seconds to minutes.</summary>
    public static readonly InstrumentAdvice<double> OfCalls =
        Of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120);

    /// <summary>What should be at once, and is a failover's length at most.</summary>
    public static readonly InstrumentAdvice<double> OfDelays =
        Of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300);

    /// <summary>Ways back; seconds where all is well, and as long as their attempts allow where it is not.</summary>
    public static readonly InstrumentAdvice<double> OfWaysBack =
        Of(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800);

    /// <summary>Parts of an announced time: above one it was exceeded.</summary>
    public static readonly InstrumentAdvice<double> OfBound = Of(0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.5, 2);

    private static InstrumentAdvice<double> Of(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };
}
