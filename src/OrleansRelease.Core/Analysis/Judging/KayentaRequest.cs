using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>A request to the judge that compares with a control.</summary>
internal sealed record KayentaRequest(KayentaSettings Settings, ImmutableArray<MetricSides> Metrics)
{
    private const string DefaultGroup = "default";

    private const double AllOfIt = 100;

    private const double Largest = 1e12;

    // Weights are written with few digits.
    private const double Rounding = 0.01;

    public static JudgeAnswer Judge(KayentaRequest request)
    {
        var result = KayentaJudge.Judge(request.Settings, request.Metrics);
        return new(
            result.Verdict, result.Reason,
            [
                .. result.Metrics.Select(metric => new JudgedMetric(
                    metric.Name, metric.Classification, metric.Critical, metric.Reason, metric.Deviation,
                    metric.Interval)),
            ],
            result.Total.Score, result.Total.Groups);
    }

    public static KayentaRequest Read(
        JudgeConfig config, ImmutableArray<MetricValues> metrics, FieldProblems problems)
    {
        problems.UnusedLimits(config, Judges.Kayenta);
        problems.Unused("config.margin", config.Margin is not null, Judges.Kayenta);
        var usual = KayentaSettings.Usual;
        var pass = problems.Number("config.passThreshold", config.PassThreshold, usual.PassThreshold, 0, AllOfIt);
        var settings = new KayentaSettings(
            problems.Number("config.tolerance", config.Tolerance, usual.Tolerance, 0, 1),
            problems.Number("config.confidence", config.Confidence, usual.Confidence, 0.5, 0.9999),
            pass,
            problems.Number(
                "config.marginalThreshold", config.MarginalThreshold, Math.Min(usual.MarginalThreshold, pass), 0, pass),
            Weights(metrics, problems));
        return new(settings, [.. metrics.Select((metric, i) => Sides(metric, $"metrics[{i}]", problems))]);
    }

    private static MetricSides Sides(MetricValues metric, string path, FieldProblems problems)
    {
        problems.UnusedTotals(metric, path, Judges.Kayenta);
        if (metric.Control is null)
            problems.Add($"{path}.control", null, "it is missing", "a list of numbers or null, or []");
        return new(
            new KayentaMetric(
                metric.Name ?? "", [metric.Group ?? DefaultGroup],
                problems.Word($"{path}.direction", metric.Direction, Direction.Either),
                problems.Word($"{path}.nanStrategy", metric.NanStrategy, NanStrategy.Remove),
                problems.Word($"{path}.outlierStrategy", metric.OutlierStrategy, OutlierStrategy.Keep),
                metric.Critical ?? false, metric.MustHaveData ?? false,
                Effect(metric.EffectSize ?? new(), $"{path}.effectSize", problems)),
            Numbers(metric.Control, $"{path}.control", problems),
            Numbers(metric.Experiment, $"{path}.experiment", problems));
    }

    private static EffectSize Effect(EffectSizeLimits given, string path, FieldProblems problems)
    {
        var measure = problems.Word($"{path}.measure", given.Measure, EffectMeasure.MeanRatio);
        var (same, most) = (EffectSize.NoEffect(measure), measure == EffectMeasure.Cles ? 1 : double.MaxValue);
        return new(
            measure,
            problems.Number($"{path}.allowedIncrease", given.AllowedIncrease, same, same, most),
            problems.Number($"{path}.allowedDecrease", given.AllowedDecrease, same, 0, same),
            problems.Number($"{path}.criticalIncrease", given.CriticalIncrease, same, same, most),
            problems.Number($"{path}.criticalDecrease", given.CriticalDecrease, same, 0, same));
    }

    // Any metric of a group may say its weight; those that say it must agree.
    private static ImmutableSortedDictionary<string, double> Weights(
        ImmutableArray<MetricValues> metrics, FieldProblems problems)
    {
        var weights = KayentaSettings.Usual.GroupWeights;
        for (var i = 0; i < metrics.Length; i++)
        {
            if (metrics[i].Weight is null) continue;
            var (path, group) = ($"metrics[{i}].weight", metrics[i].Group ?? DefaultGroup);
            var weight = problems.Number(path, metrics[i].Weight, 0, 0, AllOfIt);
            if (weights.TryGetValue(group, out var before) && before != weight)
            {
                problems.Add(path, Text($"{weight}"), $"group {group} has another weight already", Text($"{before}"));
            }

            weights = weights.SetItem(group, weight);
        }

        var sum = weights.Values.Sum();
        var isAll = metrics.All(metric => weights.ContainsKey(metric.Group ?? DefaultGroup));
        if (weights.Count > 0 && (sum > AllOfIt + Rounding || (isAll && sum < AllOfIt - Rounding)))
        {
            problems.Add(
                "metrics", Text($"weights of {sum} in all"), "the weights of the groups are no whole",
                "weights of 100 in all, or less and groups without one that share what is left");
        }

        return weights;
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
