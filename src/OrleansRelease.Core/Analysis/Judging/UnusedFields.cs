using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// Which fields have no part in what a judge says. Those of every request are accepted and told, so that one request
/// may go to one judge after the other; a limit that belongs to another judge is refused, because whoever gives it
/// means to be held to it.
/// </summary>
internal static class UnusedFields
{
    private static readonly string[] Limited = [Judges.Threshold, Judges.History];
    private static readonly string[] Compared = [Judges.Sequential, Judges.Histogram];
    private static readonly string[] Budgeted = [Judges.BurnRate];
    private static readonly string[] Counted = [Judges.Sequential, Judges.BurnRate];
    private static readonly string[] CountedTwice = [Judges.Sequential];
    private static readonly string[] Bucketed = [Judges.Histogram];

    /// <summary>Those that every judge accepts; null where all that is given has a part.</summary>
    public static ImmutableArray<string>? Of(
        string judge, JudgeConfig config, ImmutableArray<GivenMetric> metrics)
    {
        (string Path, bool IsGiven, string[] Judges)[] fields =
        [
            ("config.tolerance", config.Tolerance is not null, [Judges.Kayenta, Judges.History]),
            (
                "config.confidence", config.Confidence is not null,
                [Judges.Kayenta, Judges.Sequential, Judges.Histogram]),
            (
                "metrics.control", Any(one => one.Control is not null),
                [Judges.Kayenta, Judges.Sequential, Judges.History]),
            (
                "metrics.experiment", Any(one => one.Experiment is not null),
                [Judges.Kayenta, Judges.Sequential, Judges.History, Judges.Threshold, Judges.BurnRate]),
            (
                "metrics.direction", Any(one => one.Direction is not null),
                [Judges.Kayenta, Judges.Sequential, Judges.Histogram, Judges.History, Judges.Threshold]),
            (
                "metrics.nanStrategy", metrics.Any(one => one.IsReplaced),
                [Judges.Kayenta, Judges.Sequential, Judges.History, Judges.Threshold, Judges.BurnRate]),
            (
                "metrics.outlierStrategy",
                metrics.Any(one => one.Terms.OutlierStrategy == OutlierStrategy.Remove), [Judges.Kayenta]),
            ("metrics.effectSize", Any(one => one.EffectSize is not null), [Judges.Kayenta]),
        ];
        ImmutableArray<string> unused =
            [.. fields.Where(field => field.IsGiven && !field.Judges.Contains(judge)).Select(field => field.Path)];
        return unused.IsEmpty ? null : unused;

        bool Any(Func<MetricValues, bool> isGiven) => metrics.Any(metric => isGiven(metric.Values));
    }

    /// <summary>Refuses those of another judge.</summary>
    public static void Refuse(
        string judge, JudgeConfig config, ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        Unless(Limited, "config.max", config.Max is not null);
        Unless(Limited, "config.min", config.Min is not null);
        Unless(Limited, "config.failAbove", config.FailAbove is not null);
        Unless(Limited, "config.failureLimit", config.FailureLimit is not null);
        Unless(Limited, "config.inconclusiveLimit", config.InconclusiveLimit is not null);
        Unless(Compared, "config.margin", config.Margin is not null);
        Unless(Budgeted, "config.objective", config.Objective is not null);
        Unless(Budgeted, "config.periodDays", config.PeriodDays is not null);
        for (var i = 0; i < metrics.Length; i++)
        {
            var (path, given) = ($"metrics[{i}]", metrics[i].Values);
            Unless(Counted, $"{path}.experimentTotals", given.ExperimentTotals is not null);
            Unless(CountedTwice, $"{path}.controlTotals", given.ControlTotals is not null);
            Unless(Bucketed, $"{path}.experimentBuckets", given.ExperimentBuckets is not null);
            Unless(Bucketed, $"{path}.controlBuckets", given.ControlBuckets is not null);
        }

        void Unless(string[] judges, string path, bool isGiven) =>
            problems.Unused(path, isGiven && !judges.Contains(judge), judge);
    }
}
