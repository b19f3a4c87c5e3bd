using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// A metric as a rollout judges it; <see cref="Key"/> tells a step's own analysis from the background's.
/// </summary>
public sealed record JudgedMetric(string Key, MetricSpec Metric, bool IsBackground);

/// <summary>Which metrics a rollout is judged by at a moment.</summary>
internal static class Metrics
{
    public static IEnumerable<JudgedMetric> Active(RolloutSpec spec, RolloutState state)
    {
        if (!state.IsJudged) return [];
        var background = spec.Background.Concat(BurnsOf(spec, state))
            .Select(metric => new JudgedMetric(metric.Name, metric, true));
        return StepOf(spec, state) is (var step, Step.Analyse analysis)
            ? background.Concat(analysis.Metrics.Select(metric => new JudgedMetric(KeyOf(step, metric), metric, false)))
            : background;
    }

    // What began under a build that did not judge by burns, or in which others were, ends as it began.
    private static ImmutableArray<MetricSpec> BurnsOf(RolloutSpec spec, RolloutState state) =>
        BurnOf.Known(spec, state.Tallies.ContainsKey);

    public static string KeyOf(int step, MetricSpec metric) =>
        string.Create(CultureInfo.InvariantCulture, $"{step}:{metric.Name}");

    public static (int Index, Step Step)? StepOf(RolloutSpec spec, RolloutState state) => state.Stage switch
    {
        Stage.Moving moving => (moving.Step, spec.Steps[moving.Step]),
        Stage.Held held => (held.Step, spec.Steps[held.Step]),
        _ => null,
    };

    /// <summary>
    /// Whether a metric still has to be measured: in the background for as long as the new version has requests,
    /// because the bound rests on it; in a step until it has passed.
    /// </summary>
    public static bool IsOpen(JudgedMetric judged, Tally tally) =>
        judged.IsBackground || ThresholdJudge.Assess(judged.Metric.Limits, tally) is not Verdict.Pass;
}
