using System.Collections.Immutable;
using System.Globalization;
using MathNet.Numerics.Statistics;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// A request to the judge that holds values against the service's own past: the control is what there was at this time
/// of each day before. Beside it fixed limits may be given, which judge alone where the past says nothing.
/// </summary>
/// <param name="Tolerance">By which part of what is usual a value may differ in any case.</param>
/// <param name="Series">Limits beside it.</param>
/// <param name="Scoring">What the metrics come to together.</param>
/// <param name="Metrics">In order.</param>
internal sealed record HistoryRequest(
    double Tolerance, ValueSeries Series, Scoring Scoring, ImmutableArray<GivenMetric> Metrics)
{
    private const string Days = "one number or null for each day before, at this time, the last one yesterday's";

    private static readonly string Most = string.Create(
        CultureInfo.InvariantCulture, $"those of the last {Season.MostDays} days");

    public static HistoryRequest Read(
        JudgeConfig config, Scoring scoring, ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        var series = ValueSeries.Read(config, problems);
        series.CheckDirections(metrics, problems);
        for (var i = 0; i < metrics.Length; i++)
        {
            if (metrics[i].Values.Control is not { } control)
                problems.Add($"metrics[{i}].control", null, "it is missing", Days);
            else if (control.Count > Season.MostDays)
                problems.Add($"metrics[{i}].control", $"{control.Count} days", "these are too many", Most);
        }

        return new(
            problems.Number("config.tolerance", config.Tolerance, (double)BuiltIn.HistoryTolerance.Value, 0, 100),
            series, scoring, metrics);
    }

    public JudgeAnswer Judge() => Scoring.Answer(
        Judges.History, $"{ThresholdJudge.Version}+{SeasonalJudge.Version}", Metrics, Opine);

    private Opinion Opine(GivenMetric metric)
    {
        var past = Season.At([.. metric.Values.Control!.Select(metric.Number)]);
        if (past is Past.NoData none && !Series.Toward(metric.Bad(Direction.Either)).IsHard)
            return Opinion.NoData($"the past is not known: {none.Reason}");
        var spec = new ComparedToPast(
            metric.Values.Control!.Count, Tolerance, BadOf(metric.Bad(Direction.Increase)), "");
        var opinion = Series.Opine(metric, (spec, past, Metrics.Length));
        return past is Past.Usual usual ? opinion with { Deviation = Deviation(metric, usual) } : opinion;
    }

    private static BadChange BadOf(Direction direction) => direction switch
    {
        Direction.Increase => BadChange.Increase,
        Direction.Decrease => BadChange.Decrease,
        _ => BadChange.Either,
    };

    private static double? Deviation(GivenMetric metric, Past.Usual usual)
    {
        var values = metric.Values.Experiment!.Select(metric.Number).OfType<double>().Where(double.IsFinite).ToArray();
        return values.Length > 0 && ArrayStatistics.Mean(values) / usual.Centre is var ratio && double.IsFinite(ratio)
            ? ratio
            : null;
    }
}
