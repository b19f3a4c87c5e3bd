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
        problems.Unused("config.tolerance", config.Tolerance is not null, Judges.Threshold);
        problems.Unused("config.confidence", config.Confidence is not null, Judges.Threshold);
        problems.Unused("config.passThreshold", config.PassThreshold is not null, Judges.Threshold);
        problems.Unused("config.marginalThreshold", config.MarginalThreshold is not null, Judges.Threshold);
        for (var i = 0; i < metrics.Length; i++) Check(metrics[i], $"metrics[{i}]", problems);
        if (config is { Max: null, Min: null, FailAbove: null })
            problems.Add("config", null, "there is no limit to judge by", Any);
        var thresholds = AssessRequest.Limits("config.", config.Max, config.Min, config.FailAbove, problems);
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

    private static void Check(MetricValues metric, string path, FieldProblems problems)
    {
        problems.Unused($"{path}.control", metric.Control is not null, Judges.Threshold);
        problems.Unused($"{path}.group", metric.Group is not null, Judges.Threshold);
        problems.Unused($"{path}.weight", metric.Weight is not null, Judges.Threshold);
        problems.Unused($"{path}.direction", metric.Direction is not null, Judges.Threshold);
        problems.Unused($"{path}.nanStrategy", metric.NanStrategy is not null, Judges.Threshold);
        problems.Unused($"{path}.outlierStrategy", metric.OutlierStrategy is not null, Judges.Threshold);
        problems.Unused($"{path}.critical", metric.Critical is not null, Judges.Threshold);
        problems.Unused($"{path}.mustHaveData", metric.MustHaveData is not null, Judges.Threshold);
        problems.Unused($"{path}.effectSize", metric.EffectSize is not null, Judges.Threshold);
    }

    private Assessment Assess(MetricValues metric) => Assessment.Of(
        new MetricSpec(
            metric.Name!, new MetricSource.Query(""), Unit.Count, Thresholds, Limits, DryRun: false),
        [
            .. (metric.Experiment ?? []).Select(Reading (value) => value is { } number
                ? new Reading.Value(number)
                : new Reading.NoData("no value")),
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
