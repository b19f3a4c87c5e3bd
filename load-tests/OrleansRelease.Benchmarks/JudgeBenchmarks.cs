using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Benchmarks;

/// <summary>
/// What it costs to judge one window of a metric and to say what all of them show, as a rollout does for each answer of
/// a source; after twenty windows, of which so many are remembered.
/// </summary>
[MemoryDiagnoser]
public class JudgeBenchmarks
{
    private const int Before = Tally.RecentWindows;

    private static readonly DateTimeOffset Start = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly MetricSpec ByLimits = new(
        "golden-signals/errors", new MetricSource.Ratio("bad", null, "total"), Unit.Ratio, new(0.01, null, 0.05),
        new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 1, 3, 3, 3, null, 10),
        DryRun: false);

    private static readonly ImmutableSortedDictionary<string, string> NoArgs =
        ImmutableSortedDictionary<string, string>.Empty;

    private static readonly MetricSpec BesideStable = ByLimits with { Compare = new(0.005, ByLimits.Source, NoArgs) };

    private static readonly MetricSpec BesideThePast = ByLimits with
    {
        History = new(14, 0.25, BadChange.Increase, "bad"),
    };

    private static readonly LatencySpec Latency =
        LatencySpec.For([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], 0.005, metrics: 1);

    private readonly Reading _counts = new Reading.Counts(2, 1_000);

    private readonly Past _past = new Past.Usual(0.002, 0.0005, 14, 80, 0.002, 0.002);

    private readonly Histogram _histogram = new(
    [
        .. Latency.Cuts.Append(double.PositiveInfinity)
            .Select((le, i) => new Bucket(le, Math.Min(1_000, 90 * (i + 1)))),
    ]);

    private Tally _limits = Tally.From(Start);
    private Tally _stable = Tally.From(Start);
    private Tally _history = Tally.From(Start);
    private LatencyEvidence _latency = LatencyEvidence.None(Latency);

    [GlobalSetup]
    public void Setup()
    {
        for (var window = 0; window < Before; window++)
        {
            _limits = Judge(ByLimits, _limits).Tally;
            _stable = Judge(BesideStable, _stable).Tally;
            _history = Judge(BesideThePast, _history).Tally;
            _latency = LatencyJudge.Add(Latency, _latency, _histogram, _histogram);
        }
    }

    [Benchmark(Baseline = true)]
    public Verdict? Threshold() => Judge(ByLimits, _limits).Verdict;

    [Benchmark]
    public Verdict? Sequential() => Judge(BesideStable, _stable).Verdict;

    [Benchmark]
    public Verdict? History() => Judge(BesideThePast, _history).Verdict;

    /// <summary>A histogram of eleven bounds beside another.</summary>
    [Benchmark]
    public ComparedLatency SequentialLatency() =>
        LatencyJudge.Look(Latency, LatencyJudge.Add(Latency, _latency, _histogram, _histogram));

    private (Tally Tally, Verdict? Verdict) Judge(MetricSpec metric, Tally before)
    {
        var window = Windows.At(metric, before, before.NextWindow);
        var measurement = new Measurement(metric.Name, window, _counts, _counts, _past);
        var tally = ThresholdJudge.Add(
            before, WindowJudge.Judge(metric, before, measurement, undisturbed: true, alike: 1));
        return (tally, ThresholdJudge.Assess(metric.Limits, tally));
    }
}
