using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.LoadTests.Judges;

/// <summary>
/// The threshold judge over the same windows, with the usual limits: one failure is allowed, 100 samples are needed.
/// It looks at the canary alone.
/// </summary>
internal static class ThresholdSeries
{
    private const int MinSamples = 100;

    private static readonly MetricLimits Limits = new(
        TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 1, int.MaxValue, int.MaxValue,
        int.MaxValue, null, MinSamples);

    public static AdjustedJudge Errors { get; } = Of("threshold", Unit.Ratio, pair => pair.CanaryErrors);

    public static AdjustedJudge P99 { get; } = Of("threshold p99", Unit.Seconds, pair => P99Of(pair.CanaryLatency));

    private static AdjustedJudge Of(string name, Unit unit, Func<WindowPair, Reading> read) => new(
        name,
        series => LimitOf(Metric(unit, double.MaxValue), series, read),
        limit => series => Judge(Metric(unit, limit), series, read));

    private static MetricSpec Metric(Unit unit, double max) => new(
        "signals/one", new MetricSource.Query("one"), unit, new(max, null, null), Limits, false);

    /// <summary>The second highest number: at any lower limit two windows would have failed.</summary>
    private static double LimitOf(
        MetricSpec metric, IReadOnlyList<WindowPair> series, Func<WindowPair, Reading> read) => series
        .Select(pair => ThresholdJudge.Judge(metric, Measured(metric, pair, read), undisturbed: true).Number ?? 0)
        .OrderDescending().Skip(Limits.FailureLimit).FirstOrDefault();

    private static Conviction? Judge(
        MetricSpec metric, IReadOnlyList<WindowPair> series, Func<WindowPair, Reading> read)
    {
        var tally = Tally.From(DateTimeOffset.UnixEpoch);
        var samples = 0.0;
        foreach (var pair in series)
        {
            tally = ThresholdJudge.Add(
                tally, ThresholdJudge.Judge(metric, Measured(metric, pair, read), undisturbed: true));
            if (pair.CanaryErrors is Reading.Counts counts) samples += counts.Total;
            if (ThresholdJudge.Assess(metric.Limits, tally) == Verdict.Fail) return new(pair.Number, samples);
        }

        return null;
    }

    private static Measurement Measured(MetricSpec metric, WindowPair pair, Func<WindowPair, Reading> read)
    {
        var start = DateTimeOffset.UnixEpoch.AddMinutes(pair.Number);
        return new(metric.Name, new(pair.Number, start, start.AddMinutes(1)), read(pair));
    }

    /// <summary>As <c>histogram_quantile</c> has it: even within a bucket.</summary>
    public static Reading P99Of(Histogram? latency)
    {
        if (latency is null || latency.Buckets[^1].Count < MinSamples) return new Reading.NoData("too few");
        var rank = 0.99 * latency.Buckets[^1].Count;
        var (bound, below) = (0.0, 0.0);
        foreach (var (le, count) in latency.Buckets)
        {
            if (count >= rank)
            {
                return new Reading.Value(
                    double.IsInfinity(le) ? bound : bound + ((le - bound) * (rank - below) / (count - below)));
            }

            (bound, below) = (le, count);
        }

        return new Reading.Value(bound);
    }
}
