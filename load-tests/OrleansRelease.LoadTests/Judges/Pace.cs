using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.LoadTests.Judges;

/// <summary>How many windows a second one processor adds and looks at: of a ratio, and of a histogram's cuts.</summary>
internal sealed record Pace(double Ratios, double Latencies)
{
    private const int Looks = 2_000;

    public static Pace Measure()
    {
        var pairs = SimulatedRollout.Run(TrafficShape.Steady, Behaviour.Usual, Behaviour.Usual, new Random(1));
        // What has just started compiles itself meanwhile.
        _ = Once(pairs);
        return Once(pairs);
    }

    private static Pace Once(List<WindowPair> pairs)
    {
        var ratio = SequentialSpec.For(JudgesRun.Margin, SequentialSeries.Metrics);
        var evidence = Evidence.None;
        var ratios = Timed(pairs, pair =>
        {
            evidence = SequentialJudge.Add(ratio, evidence, pair.CanaryErrors, pair.StableErrors);
            return SequentialJudge.Look(ratio, evidence).Comparison;
        });
        var latency = LatencySpec.For(Instances.Bounds, JudgesRun.Margin, SequentialSeries.Metrics);
        var cuts = LatencyEvidence.None(latency);
        ImmutableArray<WindowPair> whole =
            [.. pairs.Where(pair => pair.CanaryLatency is not null && pair.StableLatency is not null)];
        var latencies = Timed(whole, pair =>
        {
            cuts = LatencyJudge.Add(latency, cuts, pair.CanaryLatency!, pair.StableLatency!);
            return LatencyJudge.Look(latency, cuts).Comparison;
        });
        return new(ratios, latencies);
    }

    private static double Timed(IReadOnlyList<WindowPair> pairs, Func<WindowPair, Comparison> look)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Looks; i++) _ = look(pairs[i % pairs.Count]);
        return Looks / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
