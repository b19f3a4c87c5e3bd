using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>One enforced limit that a bound is the sum of.</summary>
public sealed record BoundPart(string What, TimeSpan AtMost);

/// <summary>
/// The longest time from the first bad request to the last request off the new version, as a sum of enforced limits:
/// finding out (request time-out + source delay + clocks apart + initial delay + interval × (failureLimit + 2) + query
/// time-out) and going back (every attempt of every step up to the traffic, and one failover of this system).
/// </summary>
public sealed record Bound(
    string Metric, ImmutableArray<BoundPart> Detect, ImmutableArray<BoundPart> Back, TimeSpan WithoutEvidence)
{
    /// <summary>What a crash of the node that carries the rollout costs at most: its wake-up elsewhere.</summary>
    public static readonly TimeSpan Failover = TimeSpan.FromSeconds(15);

    public TimeSpan DetectTotal => Sum(Detect);

    public TimeSpan BackTotal => Sum(Back);

    public TimeSpan Total => DetectTotal + BackTotal;

    /// <summary>The bound of the slowest hard metric, or null when no metric that counts has a hard limit.</summary>
    public static Bound? Of(RolloutSpec spec, bool hasBaseline)
    {
        var hard = spec.Background.Where(m => m.Counts && m.Thresholds.IsHard).ToList();
        if (hard.Count == 0) return null;
        var slowest = hard.MaxBy(metric => Sum(DetectionOf(spec, metric)))!;
        var back = BackOf(spec, hasBaseline);
        return new(slowest.Name, DetectionOf(spec, slowest), back, WithoutEvidenceOf(spec, back));
    }

    /// <summary>
    /// The longest that a way back may take from its decision to the last request off the new version.
    /// </summary>
    public static TimeSpan BackTotalOf(RolloutSpec spec, bool hasBaseline) => Sum(BackOf(spec, hasBaseline));

    /// <summary>How long the source of a metric needs until a window can be read.</summary>
    public static TimeSpan SourceDelay(RolloutSpec spec, MetricSpec metric) => metric.Source switch
    {
        { IsQueried: true } =>
            (spec.Metrics?.Delay ?? TimeSpan.Zero) + ClocksApart(spec, metric),
        MetricSource.Traffic => TrafficDelay,
        _ => TimeSpan.Zero,
    };

    // Routers count in short buckets; a window is complete one bucket after its end, by their clock.
    private static readonly TimeSpan TrafficDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How far a source's clock may be from this system's before its numbers are an error: so much earlier may a window
    /// have begun there, and so much later may a request fall into it.
    /// </summary>
    public static TimeSpan ClocksApart(RolloutSpec spec, MetricSpec metric) => metric.Source switch
    {
        { IsQueried: true } when spec.Metrics?.Url is not null => Clocks.MostApart,
        MetricSource.Traffic when spec.Traffic.Url is not null => Clocks.MostApart,
        _ => TimeSpan.Zero,
    };

    // A request that hangs is counted when it ends: at the latest one time-out after its version fell silent.
    private static TimeSpan RequestTimeout(RolloutSpec spec, MetricSpec metric) =>
        metric.Source is MetricSource.Target or MetricSource.Monitor
            ? TimeSpan.Zero
            : spec.Traffic.RequestTimeout ?? TimeSpan.Zero;

    private static ImmutableArray<BoundPart> DetectionOf(RolloutSpec spec, MetricSpec metric) =>
    [
        .. PartIfAny("request time-out", RequestTimeout(spec, metric)),
        new("source delay", SourceDelay(spec, metric)),
        .. PartIfAny("clocks apart", ClocksApart(spec, metric)),
        new("initial delay", metric.Limits.InitialDelay),
        new($"interval × (failureLimit {metric.Limits.FailureLimit} + 2)",
            metric.Limits.Interval * (metric.Limits.FailureLimit + 2)),
        new("query time-out", metric.Limits.Timeout),
    ];

    private static ImmutableArray<BoundPart> BackOf(RolloutSpec spec, bool hasBaseline) =>
    [
        .. PartIfAny("hooks undone before it", HooksBeforeTraffic(spec)),
        .. hasBaseline ? PartIfAny("calls of others waited out", Quiet.OfTarget(spec) ?? TimeSpan.Zero) : [],
        .. hasBaseline
            ? [new BoundPart("old version checked", spec.Target.DeployLimits.WorstCase)]
            : Array.Empty<BoundPart>(),
        new("traffic back", spec.Traffic.Limits.WorstCase),
        new("one failover", Failover),
    ];

    /// <summary>The longest that it takes to take back all hooks of these steps, one after the other.</summary>
    internal static TimeSpan HooksUndone(IEnumerable<Step> steps) => steps.OfType<Step.Hook>()
        .Where(step => step.Call.Undo is not null)
        .Aggregate(TimeSpan.Zero, (sum, step) =>
            sum + step.Call.Undo!.Limits.WorstCase + (Quiet.Of(step.Call) ?? TimeSpan.Zero));

    // Those since the newest share come first on the way back, one after the other; which that is, depends on where it
    // begins.
    private static TimeSpan HooksBeforeTraffic(RolloutSpec spec)
    {
        var (longest, sinceShare) = (TimeSpan.Zero, (TimeSpan?)null);
        foreach (var step in spec.Steps)
        {
            if (step is Step.SetWeight) sinceShare = TimeSpan.Zero;
            sinceShare += HooksUndone([step]);
            if (sinceShare > longest) longest = sinceShare.Value;
        }

        return longest;
    }

    private static TimeSpan WithoutEvidenceOf(RolloutSpec spec, ImmutableArray<BoundPart> back) =>
        spec.Background.Where(m => m.Counts)
            .Select(m => (m.Limits.Interval * (Math.Max(m.Limits.NoDataLimit, m.Limits.ConsecutiveErrorLimit) + 2))
                + m.Limits.InitialDelay + m.Limits.Timeout + SourceDelay(spec, m) + ClocksApart(spec, m)
                + RequestTimeout(spec, m))
            .DefaultIfEmpty(TimeSpan.Zero).Max()
        + spec.Undecided.Hold + Sum(back);

    private static ImmutableArray<BoundPart> PartIfAny(string what, TimeSpan atMost) =>
        atMost > TimeSpan.Zero ? [new(what, atMost)] : [];

    private static TimeSpan Sum(ImmutableArray<BoundPart> parts) =>
        parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.AtMost);
}
