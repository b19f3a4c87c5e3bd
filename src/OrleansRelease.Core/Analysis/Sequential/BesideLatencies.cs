using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>How long requests of the new version take beside those of the stable one, window by window.</summary>
internal static class BesideLatencies
{
    /// <summary>What is said of buckets that cannot be.</summary>
    public const string Contradiction = "the buckets contradict each other";

    /// <summary>
    /// Why a window of both cannot be compared though the stable version was asked; null: nothing is wrong, or one of
    /// both has no numbers. Latencies have no limit that would judge alone then.
    /// </summary>
    public static string? Problem(Beside? before, (Reading Canary, Reading Stable) both) => both switch
    {
        (Reading.Buckets, Reading.Error(var reason)) => $"of the stable version: {reason}",
        (Reading.Buckets, Reading.Buckets(var stable)) when !stable.IsConsistent =>
            $"of the stable version: {Contradiction}",
        (Reading.Buckets, Reading.Buckets) when CutsOf(both, before).IsEmpty =>
            before is null
                ? "no bound of a bucket is the same in both versions"
                : "no bound that was compared before is there in both versions",
        _ => null,
    };

    /// <summary>
    /// What both show with one window more. The cuts are those of the first window in which both have numbers; null as
    /// long as there was none.
    /// </summary>
    /// <param name="margin">By how much more of its requests may be over a cut, as a share.</param>
    /// <param name="compared">How many metrics of the rollout are compared.</param>
    /// <param name="before">What was shown before.</param>
    /// <param name="both">The same window of both versions.</param>
    /// <param name="falseAlarms">What all metrics together may be wrong by.</param>
    public static Beside? Add(
        double margin, int compared, Beside? before, (Reading Canary, Reading Stable) both,
        double falseAlarms = SequentialSpec.FalseAlarms)
    {
        var cuts = before?.Latencies?.Cuts ?? CutsOf(both, before);
        if (cuts.IsEmpty) return before;
        var spec = LatencySpec.For(cuts, margin, compared, falseAlarms);
        var evidence = LatencyJudge.Add(
            spec, before?.Latencies?.Evidence ?? LatencyEvidence.None(spec), HistogramOf(both.Canary),
            HistogramOf(both.Stable));
        var seen = LatencyJudge.Look(spec, evidence);
        return new(
            evidence.Cuts[spec.Cuts.IndexOf(seen.Cut)],
            new Compared(seen.Judge, seen.Comparison, seen.At.Difference, seen.Reason, seen.At.Arithmetic),
            new(spec.Cuts, evidence));
    }

    // Those that are compared from now on; later on, those of them that are in both now.
    private static ImmutableArray<double> CutsOf((Reading Canary, Reading Stable) both, Beside? before)
    {
        var (canary, stable) = (HistogramOf(both.Canary), HistogramOf(both.Stable));
        var common = canary.Buckets.Select(bucket => bucket.Le).Intersect(stable.Buckets.Select(bucket => bucket.Le));
        if (before?.Latencies is { } latencies) common = common.Intersect(latencies.Cuts);
        return LatencySpec.For(common, margin: 0, metrics: 1).Cuts;
    }

    private static Histogram HistogramOf(Reading reading) =>
        reading is Reading.Buckets(var latencies) ? latencies : new([]);
}
