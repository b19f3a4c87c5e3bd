using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.LoadTests.Judges;

/// <summary>How many rollouts of each kind, from which seed on; of one shape of traffic, or of all.</summary>
internal sealed record JudgesPlan(int Rollouts, int Seed, string? Shape = null);

/// <summary>Rollouts of each shape, first of two equal versions and then of a worse one, before all judges.</summary>
internal static class JudgesRun
{
    public const double Margin = 0.005;

    /// <summary>What is promised for one metric; a judge that has to be adjusted is adjusted to it.</summary>
    public const double PerMetric = SequentialSpec.FalseAlarms / SequentialSeries.Metrics;

    private const int ShapesApart = 1_000_003;

    private const int FewestFound = 200;

    private static readonly ImmutableArray<AdjustedJudge> BesideErrors = [ThresholdSeries.Errors, KayentaSeries.Errors];

    private static readonly ImmutableArray<AdjustedJudge> BesideLatency = [ThresholdSeries.P99, KayentaSeries.P99];

    private static readonly Behaviour OnePercent = Behaviour.Usual with { Errors = 0.01 };

    public static ImmutableArray<Defect> Defects { get; } =
    [
        new("errors 0.1 -> 1 %", Behaviour.Usual, OnePercent, IsLatency: false, Margin: 0, Within: 2_000),
        new("errors 1 -> 2 %", OnePercent, OnePercent with { Errors = 0.02 }, false, 0, 10_000),
        new("errors 0.1 -> 1 %, margin 0.5", Behaviour.Usual, OnePercent, false, Margin, 2_000),
        new("errors 1 -> 2 %, margin 0.5", OnePercent, OnePercent with { Errors = 0.02 }, false, Margin, 10_000),
        Slow("all 25 % slower", Latency.Slower),
        Slow("p99 25 % slower", Latency.SlowerP99),
        Slow("variance only", Latency.Wider),
        Slow("tail only", Latency.LongerTail),
    ];

    public static JudgesResult Run(JudgesPlan plan, TextWriter progress, CancellationToken cancellation)
    {
        var equal = new List<FalseAlarmsOf>();
        var found = new List<Found>();
        foreach (var shape in TrafficShape.All.Where(shape => plan.Shape is null || shape.Name == plan.Shape))
        {
            progress.WriteLine($"{shape.Name}: {plan.Rollouts} rollouts of two equal versions");
            equal.Add(Equal(shape, plan, cancellation));
            foreach (var defect in Defects)
            {
                progress.WriteLine($"{shape.Name}: {defect.Name}");
                found.AddRange(Find(shape, defect, plan, cancellation));
            }
        }

        return new(plan.Rollouts, plan.Seed, Pace.Measure(), [.. equal], [.. found]);
    }

    /// <summary>False alarms of rollouts that compare errors and latency; a rollout counts once.</summary>
    public static FalseAlarmsOf Equal(TrafficShape shape, JudgesPlan plan, CancellationToken cancellation)
    {
        var errors = SequentialSeries.Errors(0);
        var withMargin = SequentialSeries.Errors(Margin);
        var latency = SequentialSeries.Latency(0);
        var alarms = Each(plan, shape, 0, random =>
        {
            var series = SimulatedRollout.Run(shape, Behaviour.Usual, Behaviour.Usual, random);
            var many = SimulatedRollout.Run(shape, OnePercent, OnePercent, random, buckets: false);
            return (Errors: errors(series) is not null, WithMargin: withMargin(series) is not null,
                Latency: latency(series) is not null, Many: errors(many) is not null,
                ManyWithMargin: withMargin(many) is not null);
        }, cancellation);
        return new(
            shape.Name,
            Share(alarms, alarm => alarm.Errors),
            Share(alarms, alarm => alarm.WithMargin),
            Share(alarms, alarm => alarm.Latency),
            Share(alarms, alarm => alarm.WithMargin || alarm.Latency),
            Share(alarms, alarm => alarm.Many),
            Share(alarms, alarm => alarm.ManyWithMargin));
    }

    /// <summary>How often and how soon a defect is found, by the sequential judge and by those beside it.</summary>
    public static IEnumerable<Found> Find(
        TrafficShape shape, Defect defect, JudgesPlan plan, CancellationToken cancellation)
    {
        plan = plan with { Rollouts = Math.Max(FewestFound, plan.Rollouts / 10) };
        var judges = Judges(shape, defect, plan, cancellation);
        var convictions = Each(plan, shape, 2, random =>
        {
            var series = SimulatedRollout.Run(shape, defect.Stable, defect.Canary, random, defect.IsLatency);
            return judges.Select(judge => judge.Judge(series)).ToImmutableArray();
        }, cancellation);
        return judges.Select((judge, i) => Summed(shape, defect, judge.Name, [.. convictions.Select(all => all[i])]));
    }

    private static ImmutableArray<(string Name, SeriesJudge Judge)> Judges(
        TrafficShape shape, Defect defect, JudgesPlan plan, CancellationToken cancellation)
    {
        var beside = defect.IsLatency ? BesideLatency : BesideErrors;
        var limits = Each(plan, shape, 1, random =>
        {
            var series = SimulatedRollout.Run(shape, defect.Stable, defect.Stable, random, defect.IsLatency);
            return beside.Select(judge => judge.LimitOf(series)).ToImmutableArray();
        }, cancellation);
        // The highest limit of so many that at most the promised part of them lies above.
        var rank = (int)Math.Ceiling(limits.Length * (1 - PerMetric)) - 1;
        return
        [
            ("sequential", defect.IsLatency
                ? SequentialSeries.Latency(defect.Margin)
                : SequentialSeries.Errors(defect.Margin)),
            .. beside.Select((judge, i) =>
                (judge.Name, judge.At(limits.Select(all => all[i]).Order().ElementAt(rank)))),
        ];
    }

    private static Found Summed(TrafficShape shape, Defect defect, string judge, ImmutableArray<Conviction?> all)
    {
        var samples = all.Select(one => one?.CanarySamples ?? double.PositiveInfinity).Order().ToArray();
        var median = samples[samples.Length / 2];
        var windows = all.Select(one => one?.Window ?? int.MaxValue).Order().ToArray()[all.Length / 2];
        return new(
            shape.Name, defect.Name, judge,
            all.Count(one => one is not null) / (double)all.Length,
            all.Count(one => one is { } found && found.CanarySamples <= defect.Within) / (double)all.Length,
            defect.Within,
            double.IsInfinity(median) ? null : median,
            windows == int.MaxValue ? null : windows + 1);
    }

    private static T[] Each<T>(
        JudgesPlan plan, TrafficShape shape, int part, Func<Random, T> one, CancellationToken cancellation)
    {
        var results = new T[plan.Rollouts];
        var from = (plan.Seed * ShapesApart) + (((Array.IndexOf(TrafficShape.All, shape) * 3) + part) * 100_003);
        Parallel.For(
            0, plan.Rollouts, new ParallelOptions { CancellationToken = cancellation },
            i => results[i] = one(new Random(from + i)));
        return results;
    }

    private static double Share<T>(T[] all, Func<T, bool> which) => all.Count(which) / (double)all.Length;

    private static Defect Slow(string name, Latency canary) =>
        new(name, Behaviour.Usual, Behaviour.Usual with { Latency = canary }, true, 0, 10_000);
}

/// <summary>What is wrong with the canary, and within how many of its requests that should be found.</summary>
internal sealed record Defect(
    string Name, Behaviour Stable, Behaviour Canary, bool IsLatency, double Margin, double Within);
