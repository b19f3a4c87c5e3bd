using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>A request to the judge of fixed limits.</summary>
internal sealed record ThresholdRequest(ValueSeries Series, Scoring Scoring, ImmutableArray<GivenMetric> Metrics)
{
    private const string Any = "max: NUMBER, min: NUMBER or both";

    public static ThresholdRequest Read(
        JudgeConfig config, Scoring scoring, ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        var series = ValueSeries.Read(config, problems);
        if (!series.Thresholds.IsHard) problems.Add("config", null, AssessRequest.NoLimit, Any);
        series.CheckDirections(metrics, problems);
        return new(series, scoring, metrics);
    }

    public JudgeAnswer Judge() => Scoring.Answer(
        Judges.Threshold, ThresholdJudge.Version, Metrics, metric => Series.Opine(metric));
}
