using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>One window of one metric that is to be read.</summary>
public sealed record MetricQuestion(string Key, MetricSpec Metric, Window Window);

/// <summary>
/// What a rollout wants to know now; with <see cref="Gates"/> also what its gates look at: whether its environment is
/// frozen, which instances are ready, and what is stable of the services that it requires; with
/// <see cref="Instances"/> only which instances are ready. Asking changes nothing, so
/// nothing is written before it; each answer is an input as it comes, so that a slow source holds up nothing else.
/// </summary>
public sealed record Questions(ImmutableArray<MetricQuestion> Metrics, bool Gates, bool Instances = false)
{
    /// <summary>How old a fact that a gate looks at may be.</summary>
    public static readonly TimeSpan FactMaxAge = TimeSpan.FromSeconds(10);

    /// <summary>How soon what gates look at is asked again while one waits for it.</summary>
    public static readonly TimeSpan GatesInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How soon it is asked again while what is stable elsewhere is not what the service requires: that may last.
    /// </summary>
    public static readonly TimeSpan RequiredInterval = TimeSpan.FromSeconds(15);

    public bool IsEmpty => Metrics.IsEmpty && !Gates && !Instances;

    public static Questions Due(RolloutSpec spec, RolloutState state, DateTimeOffset now) =>
        new([.. DueMetrics(spec, state, now)], GatesDueAt(spec, state) <= now,
            LoadShedding.NextLookAt(spec, state) <= now);

    /// <summary>When the next question that may move it comes due; null when none will.</summary>
    public static DateTimeOffset? NextAt(RolloutSpec spec, RolloutState state) =>
        Open(spec, state)
            .Select(open => (DateTimeOffset?)Windows.DueAt(
                open.Judged.Metric, open.Tally, Bound.SourceDelay(spec, open.Judged.Metric)))
            .Append(GatesNextAt(spec, state))
            .Append(LoadShedding.NextLookAt(spec, state))
            .Min();

    /// <summary>
    /// What an answer adds to what is known; null where that is nothing. Whoever took in that a freeze goes on would
    /// find the same question due, and ask it again at once.
    /// </summary>
    public static RolloutInput.Answered? NewsOf(RolloutState state, RolloutInput.Answered answered) =>
        answered.Freeze is not { Freeze: not null } fact || Freezing.IsNews(state.Freeze, fact) ? answered
        : answered.Measurements.IsEmpty && answered.Traces is null ? null
        : new(answered.Measurements, null, Traces: answered.Traces);

    private static IEnumerable<MetricQuestion> DueMetrics(RolloutSpec spec, RolloutState state, DateTimeOffset now) =>
        from open in Open(spec, state)
        let metric = open.Judged.Metric
        let window = Windows.Due(metric, open.Tally, Bound.SourceDelay(spec, metric), now)
        where window is not null
        select new MetricQuestion(open.Judged.Key, metric, window);

    private static IEnumerable<(JudgedMetric Judged, Tally Tally)> Open(RolloutSpec spec, RolloutState state) =>
        from judged in Rollouts.Metrics.Active(spec, state)
        let tally = state.Tallies[judged.Key]
        where Rollouts.Metrics.IsOpen(judged, tally)
        select (judged, tally);

    // Nothing is asked while a call of who had the slot before may arrive: that lasts for minutes.
    private static DateTimeOffset? GatesDueAt(RolloutSpec spec, RolloutState state) =>
        WantedAt(spec, state) is { } wanted && Rollouts.Metrics.StepOf(spec, state) is (_, var step)
            && Quiet.AfterOthers(spec, state, step) is { } quiet && quiet > wanted
            ? quiet
            : WantedAt(spec, state);

    // Only a forward step that waits at its gates needs to know, and then every few seconds until it has gone.
    private static DateTimeOffset? WantedAt(RolloutSpec spec, RolloutState state) => state switch
    {
        not { Stage: Stage.Moving { Work: Work.Gated } } => null,
        { Freeze: { Freeze: not null } frozen } => frozen.At + GatesInterval,
        { Freeze: { } free, Health: { } health } => (free.At < health.At ? free.At : health.At)
            + (Lacks(spec, state) ? RequiredInterval : GatesInterval),
        _ => state.StepSince,
    };

    private static bool Lacks(RolloutSpec spec, RolloutState state) => state.Required is { } read
        && (spec.Requires ?? []).Any(requirement => !requirement.IsMetBy(read.VersionOf(requirement.Service)));

    // A freeze may last for days, and whoever changes it tells those that wait. Until then it is asked only when the
    // row is looked at anyway.
    private static DateTimeOffset? GatesNextAt(RolloutSpec spec, RolloutState state) =>
        state is { Stage: Stage.Moving { Work: Work.Gated }, Freeze: { Freeze: { } freeze } fact }
            ? Freezing.NextAt(fact, freeze)
            : GatesDueAt(spec, state);
}
