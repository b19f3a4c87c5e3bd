using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;

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
        for (var i = 0; i < metrics.Length; i++)
        {
            var bad = metrics[i].Bad(Direction.Either);
            if (!series.Thresholds.IsHard || series.Toward(bad).IsHard) continue;
            problems.Add(
                $"metrics[{i}].direction", metrics[i].Values.Direction, "there is no limit in this direction",
                bad == Direction.Increase ? "max: NUMBER in config, or either" : "min: NUMBER in config, or either");
        }

        return new(series, scoring, metrics);
    }

    public JudgeAnswer Judge() => Scoring.Answer(
        Judges.Threshold, ThresholdJudge.Version, Metrics, metric => Series.Opine(metric));
}
