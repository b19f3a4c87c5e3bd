using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>A request to the judge that compares with a control.</summary>
internal sealed record KayentaRequest(KayentaSettings Settings, ImmutableArray<MetricSides> Metrics)
{
    private const double Largest = 1e12;

    public static KayentaRequest Read(
        JudgeConfig config, Scoring scoring, ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        var usual = KayentaSettings.Usual;
        var settings = new KayentaSettings(
            problems.Number("config.tolerance", config.Tolerance, usual.Tolerance, 0, double.PositiveInfinity),
            problems.Number("config.confidence", config.Confidence, usual.Confidence, 0.5, 0.9999),
            scoring.Pass, scoring.Marginal, scoring.Weights);
        return new(settings, [.. metrics.Select((metric, i) => Sides(metric, $"metrics[{i}]", problems))]);
    }

    public JudgeAnswer Judge()
    {
        var result = KayentaJudge.Judge(Settings, Metrics);
        return new(
            Judges.Kayenta, KayentaJudge.Version, result.Verdict, result.Reason,
            [
                .. result.Metrics.Select(metric => new JudgedMetric(
                    metric.Name, metric.Classification, VerdictOf(metric), metric.Critical, ReasonOf(metric),
                    metric.Deviation, metric.Interval)),
            ],
            result.Total.Score, result.Total.Groups);
    }

    private static Verdict VerdictOf(Classified metric) => metric.Classification switch
    {
        _ when metric.IsWithoutValues => Verdict.NoData,
        Classification.Pass => Verdict.Pass,
        Classification.Nodata when !metric.Critical => Verdict.NoData,
        Classification.Error when !metric.Critical => Verdict.Error,
        _ => Verdict.Fail,
    };

    // The estimate lies in the interval, so none of it is farther from zero than that.
    private string ReasonOf(Classified metric) =>
        Settings.Tolerance >= 1 && metric is { Classification: Classification.Pass, Interval: not null }
            ? $"{metric.Reason}; a tolerance of 1 or more leaves nothing to be found"
            : metric.Reason;

    private static MetricSides Sides(GivenMetric metric, string path, FieldProblems problems)
    {
        if (metric.Values.Control is null)
            problems.Add($"{path}.control", null, "it is missing", "a list of numbers or null, or []");
        return new(
            metric.Terms, Numbers(metric.Values.Control, $"{path}.control", problems),
            Numbers(metric.Values.Experiment, $"{path}.experiment", problems));
    }

    private static double[] Numbers(IReadOnlyList<double?>? given, string path, FieldProblems problems)
    {
        double[] numbers = [.. (given ?? []).Select(value => value ?? double.NaN)];
        // The shift is found to a fixed resolution: that takes the longer the wider the values are apart.
        var large = Array.FindIndex(numbers, number => double.IsFinite(number) && Math.Abs(number) > Largest);
        if (large >= 0)
        {
            problems.Add($"{path}[{large}]", Text($"{numbers[large]}"), "it is too large",
                Text($"values up to {Largest:0} on either side of zero, such as in a larger unit"));
        }

        return numbers;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
