using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// A request to the judge of fixed limits: every experiment's value is one measurement, in order, and a metric is what
/// a rollout would have made of them.
/// </summary>
internal sealed record ThresholdRequest(
    Thresholds Thresholds, MetricLimits Limits, ImmutableArray<MetricValues> Metrics)
{
    private const string Any = "max: NUMBER, min: NUMBER or both";

    public static JudgeAnswer Judge(ThresholdRequest request)
    {
        var judged = request.Metrics.Select(metric => (metric.Name, Assessment: request.Assess(metric))).ToList();
        var worst = judged.Max(one => one.Assessment.AtTheEnd);
        return new(
            worst,
            string.Join("; ", judged.Where(one => one.Assessment.AtTheEnd == worst)
                .Select(one => $"{one.Name}: {one.Assessment.Reason}")),
            [
                .. judged.Select(one => new JudgedMetric(
                    one.Name!, request.Classify(one.Assessment), Critical: false, one.Assessment.Reason)),
            ]);
    }

    public static ThresholdRequest Read(
        JudgeConfig config, ImmutableArray<MetricValues> metrics, FieldProblems problems)
    {
        problems.UnusedScores(config, Judges.Threshold);
        problems.Unused("config.confidence", config.Confidence is not null, Judges.Threshold);
        problems.Unused("config.margin", config.Margin is not null, Judges.Threshold);
        for (var i = 0; i < metrics.Length; i++)
        {
            var path = $"metrics[{i}]";
            problems.Unused($"{path}.control", metrics[i].Control is not null, Judges.Threshold);
            problems.UnusedTotals(metrics[i], path, Judges.Threshold);
            problems.UnusedComparing(metrics[i], path, Judges.Threshold);
        }

        if (config is { Max: null, Min: null, FailAbove: null })
            problems.Add("config", null, AssessRequest.NoLimit, Any);
        var thresholds = AssessRequest.Limits(
            "config.", config.Max, config.Min, config.FailAbove, isOneNumber: true, problems);
        var usual = BuiltIn.Limits;
        return new(
            thresholds,
            usual with
            {
                FailureLimit = problems.Whole("config.failureLimit", config.FailureLimit, usual.FailureLimit, 0),
                InconclusiveLimit = problems.Whole(
                    "config.inconclusiveLimit", config.InconclusiveLimit, usual.InconclusiveLimit, 0),
            },
            metrics);
    }

    private Assessment Assess(MetricValues metric) => Assessment.Of(
        new MetricSpec(
            metric.Name!, new MetricSource.Query(""), Unit.Count, Thresholds, Limits, DryRun: false),
        [
            .. (metric.Experiment ?? []).Select(value => new SeriesReading(value is { } number
                ? new Reading.Value(number)
                : new Reading.NoData("no value"))),
        ]);

    private Classification Classify(Assessment assessment) => assessment.AtTheEnd switch
    {
        Verdict.Pass => Classification.Pass,
        Verdict.NoData => Classification.Nodata,
        Verdict.Error => Classification.Error,
        // The first that was bad is what a rollout would have looked at first.
        _ => assessment.Windows.First(window => window.Verdict is Verdict.Fail or Verdict.Inconclusive).Value
            < Thresholds.Min
                ? Classification.Low
                : Classification.High,
    };
}
