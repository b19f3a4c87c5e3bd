using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.LoadTests.Judges;

/// <summary>The sequential judges over the windows of a rollout that compares errors and latency.</summary>
internal static class SequentialSeries
{
    public const int Metrics = 2;

    public static SeriesJudge Errors(double margin) => series => Errors(
        SequentialSpec.For(margin, Metrics), series);

    public static SeriesJudge Latency(double margin) => series => Latency(
        LatencySpec.For(Instances.Bounds, margin, Metrics), series);

    private static Conviction? Errors(SequentialSpec spec, IReadOnlyList<WindowPair> series)
    {
        var evidence = Evidence.None;
        foreach (var pair in series)
        {
            evidence = SequentialJudge.Add(spec, evidence, pair.CanaryErrors, pair.StableErrors);
            if (SequentialJudge.Look(spec, evidence) is { Comparison: Comparison.Worse } worse)
                return new(pair.Number, worse.CanarySamples);
        }

        return null;
    }

    private static Conviction? Latency(LatencySpec spec, IReadOnlyList<WindowPair> series)
    {
        var evidence = LatencyEvidence.None(spec);
        foreach (var pair in series)
        {
            if (pair.CanaryLatency is not { } canary || pair.StableLatency is not { } stable) continue;
            evidence = LatencyJudge.Add(spec, evidence, canary, stable);
            if (LatencyJudge.Look(spec, evidence) is { Comparison: Comparison.Worse } worse)
                return new(pair.Number, worse.At.CanarySamples);
        }

        return null;
    }
}
