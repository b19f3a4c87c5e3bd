using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Tests.Simulation.Invariants;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>What invariants ask of it.</summary>
internal sealed partial class World : IRolloutWorld
{
    // With fewer requests too little is counted in a window.
    private const int FewestRequestsPerSecond = 20;

    /// <summary>What is found of other services of its environment.</summary>
    public Findings Findings { get; }

    public static DateTimeOffset Started => Start;

    RolloutState? IRolloutWorld.State => Store.Row.State;

    VersionName? IRolloutWorld.Baseline => Outside.Baseline;

    IReadOnlyCollection<CommandId> IRolloutWorld.Acknowledged => People.Acknowledged;

    bool IRolloutWorld.Aborted => People.Aborted;

    DateTimeOffset? IRolloutWorld.OffSince => Outside.OffSince;

    DateTimeOffset? IRolloutWorld.FirstBad(DateTimeOffset until) => Outside.FirstBad(until);

    // Whether a metric that counts saw this illness all the time.
    bool IRolloutWorld.IsMeasured(DateTimeOffset until) => Outside.RequestsPerSecond >= FewestRequestsPerSecond
        && Outside.Drought.From >= until
        && Spec.Background.Any(metric => !metric.DryRun && Sees(metric)
            && !(Metrics.Failures.TryGetValue(metric.Name, out var at) && at <= until));

    int IRolloutWorld.Disturbances(DateTimeOffset from, DateTimeOffset to) =>
        Disturbances.Count(one => one.Until >= from && one.At <= to);

    private bool Sees(MetricSpec metric) => (Outside.Illness, metric.Source) switch
    {
        (Illness.Errors or Illness.Crashes, MetricSource.Ratio or MetricSource.Traffic) => true,
        (Illness.Crashes, MetricSource.Target) => true,
        (Illness.Slow, MetricSource.Query) => true,
        _ => false,
    };
}
