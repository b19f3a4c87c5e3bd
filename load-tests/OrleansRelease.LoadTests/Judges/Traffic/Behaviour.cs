using MathNet.Numerics.Distributions;

namespace OrleansRelease.LoadTests.Judges.Traffic;

/// <summary>How a version answers when nothing disturbs it.</summary>
/// <param name="Errors">The share of errors.</param>
internal sealed record Behaviour(double Errors, Latency Latency)
{
    public static readonly Behaviour Usual = new(0.001, Latency.Usual);
}

/// <summary>
/// How long requests take: lognormal on each side of the median, with some requests so many times slower.
/// </summary>
/// <param name="Median">In seconds.</param>
/// <param name="Below">Standard deviation of the logarithm under the median.</param>
/// <param name="Over">The same over it.</param>
/// <param name="TailShare">The share of requests that are <paramref name="TailTimes"/> slower.</param>
internal sealed record Latency(double Median, double Below, double Over, double TailShare, double TailTimes)
{
    /// <summary>Median 100 ms, 99th percentile 404 ms.</summary>
    public static readonly Latency Usual = new(0.1, 0.6, 0.6, 0, 1);

    private const double P99InDeviations = 2.3263478740408408;

    /// <summary>Everything takes a quarter longer, and so does the 99th percentile.</summary>
    public static readonly Latency Slower = Usual with { Median = 0.125 };

    /// <summary>The 99th percentile is 505 ms, and the faster half is the same.</summary>
    public static readonly Latency SlowerP99 = Usual with { Over = 0.6 + (Math.Log(1.25) / P99InDeviations) };

    /// <summary>The same median, with the variance of the logarithm 2.25 times as large.</summary>
    public static readonly Latency Wider = Usual with { Below = 0.9, Over = 0.9 };

    /// <summary>One request in a hundred takes eight times as long; all others are the same.</summary>
    public static readonly Latency LongerTail = Usual with { TailShare = 0.01, TailTimes = 8 };

    /// <summary>The share of requests that take at most so many seconds, when all are so many times slower.</summary>
    public double Within(double seconds, double slower)
    {
        var deviations = Math.Log(seconds / (Median * slower));
        return ((1 - TailShare) * Cumulative(deviations)) + (TailShare * Cumulative(deviations - Math.Log(TailTimes)));
    }

    private double Cumulative(double deviation) =>
        Normal.CDF(0, 1, deviation / (deviation < 0 ? Below : Over));
}
