using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests;

/// <summary>What holds when nobody says anything.</summary>
public static class BuiltIn
{
    public const string Strategy = "canary";

    public const int MaxParallel = 25;

    public const int Replicas = 1;

    public const int RatioMinSamples = 10;

    public const WhenBusy WhenBusy = Specs.WhenBusy.Queue;

    public static readonly Readiness Readiness = new("/healthz", TimeSpan.FromMinutes(2), TimeSpan.Zero);

    /// <summary>How long a version may be silent before a request to it has failed.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan RollbackWithin = TimeSpan.FromMinutes(10);

    /// <summary>For how many windows of all its criteria together a release is measured after its way back.</summary>
    public const int StabiliseWindows = 2;

    /// <summary>How long that may take, where it does not take longer by itself.</summary>
    public static readonly TimeSpan StabiliseWithin = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan SloWindow = TimeSpan.FromDays(30);

    /// <summary>Two of each day of the week.</summary>
    public const int HistoryDays = 14;

    public const BadChange HistoryBad = BadChange.Increase;

    public static readonly Quantity HistoryTolerance = new(QuantityKind.Percent, 0.3m);

    public static readonly TimeSpan KeepPrevious = TimeSpan.FromMinutes(30);

    /// <summary>Where a way back sheds load at all; how much an instance can serve only its owner knows.</summary>
    public static readonly ShedRule Shed = new(0, TimeSpan.FromSeconds(5), "X-Request-Class", ["low"]);

    public static readonly UndecidedRule Undecided = new(TimeSpan.FromMinutes(15), UndecidedThen.Rollback);

    public static readonly TimeSpan Verify = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan Each = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan MetricsDelay = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(15);

    /// <summary>Of one request of a monitor.</summary>
    public static readonly TimeSpan MonitorTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How many servers must see a monitor fail.</summary>
    public const int MonitorNodes = 2;

    public static readonly ImmutableArray<StatusRange> MonitorStatus = [StatusRange.Class(2)];

    /// <summary>How many queries one server has at a source at the same time.</summary>
    public const int MaxConcurrentQueries = 8;

    public static readonly ImmutableArray<Weight> Weights =
        [Weight.Percent(5), Weight.Percent(25), Weight.Percent(50)];

    /// <summary>Limits of a metric that is judged in the background, for as long as the rollout moves.</summary>
    public static readonly MetricLimits Limits = new(
        Interval: TimeSpan.FromMinutes(1), Timeout: TimeSpan.FromSeconds(5), InitialDelay: TimeSpan.Zero, Count: null,
        FailureLimit: 1, InconclusiveLimit: 3, NoDataLimit: 3, ConsecutiveErrorLimit: 4, ConsecutiveSuccessLimit: null,
        MinSamples: 0);

    /// <summary>A share of few requests says nothing; other numbers come without their number of samples.</summary>
    public static int MinSamplesOf(MetricSource source) =>
        UnitRules.IsCounted(source) ? RatioMinSamples : 0;

    /// <summary>A step that waits for a verdict needs an end: one measurement that passes.</summary>
    public const int StepCount = 1;

    public static readonly ImmutableSortedDictionary<string, StrategyBody> Strategies =
        ImmutableSortedDictionary.CreateRange<string, StrategyBody>(StringComparer.Ordinal,
        [
            new(Strategy, new StrategyBody.Canary(Weights: Weights, Each: Each) { Verify = Verify }),
            new("all-at-once", new StrategyBody.AllAtOnce { Verify = Verify }),
        ]);

    /// <summary>What the router counted for the new version.</summary>
    public static readonly AnalysisTemplateManifest RouterErrors = new(
        new ManifestHead("router-errors"),
        new AnalysisTemplateSpec(
        [
            new MetricDefinition(
                "errors", new MetricSource.Traffic("errors"),
                Thresholds: new ThresholdsSpec(Max: new Quantity(QuantityKind.Percent, 0.05m)),
                Limits: new LimitsSpec(MinSamples: RatioMinSamples)),
        ]));

    /// <summary>What the target counted for the new version.</summary>
    public static readonly AnalysisTemplateManifest Restarts = new(
        new ManifestHead("restarts"),
        new AnalysisTemplateSpec(
        [
            new MetricDefinition(
                "restarts", new MetricSource.Target("restarts"),
                Thresholds: new ThresholdsSpec(Max: new Quantity(QuantityKind.Number, 0))),
        ]));

    public static readonly ImmutableArray<AnalysisUse> Analysis =
        [new AnalysisUse(RouterErrors.Name), new AnalysisUse(Restarts.Name)];

    /// <summary>The built-in template of this name, or null.</summary>
    public static AnalysisTemplateManifest? Template(string name) =>
        name == RouterErrors.Name ? RouterErrors : name == Restarts.Name ? Restarts : null;
}
