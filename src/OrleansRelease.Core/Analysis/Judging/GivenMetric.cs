using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>A metric of a request with all that is said of it, whoever judges it.</summary>
/// <param name="Values">As it was given.</param>
/// <param name="Terms">How it is to be compared and what it counts for.</param>
internal sealed record GivenMetric(MetricValues Values, KayentaMetric Terms)
{
    private const string DefaultGroup = "default";

    public string Name => Terms.Name;

    public string Group => Terms.Groups[0];

    public bool IsWeighed => Values.Weight is not null;

    /// <summary>Whether a value that is missing is zero.</summary>
    public bool IsReplaced => Terms.NanStrategy == NanStrategy.Replace;

    public static ImmutableArray<GivenMetric> Read(ImmutableArray<MetricValues> metrics, FieldProblems problems) =>
        [.. metrics.Select((metric, i) => new GivenMetric(metric, Read(metric, $"metrics[{i}]", problems)))];

    /// <summary>Which difference is bad; where nobody says, what is usual for a judge.</summary>
    public Direction Bad(Direction usual) => Values.Direction is null ? usual : Terms.Direction;

    /// <summary>What was counted in one window.</summary>
    public Reading Counts(double? bad, double? total) =>
        (Number(bad), Number(total)) is ({ } some, { } all)
            ? new Reading.Counts(some, all)
            : new Reading.NoData("no counts");

    /// <summary>A value as it is judged; null when there is none.</summary>
    public double? Number(double? given) =>
        given is { } number && !double.IsNaN(number) ? number : IsReplaced ? 0 : null;

    private static KayentaMetric Read(MetricValues metric, string path, FieldProblems problems) => new(
        metric.Name ?? "", [metric.Group ?? DefaultGroup],
        problems.Word($"{path}.direction", metric.Direction, Direction.Either),
        problems.Word($"{path}.nanStrategy", metric.NanStrategy, NanStrategy.Remove),
        problems.Word($"{path}.outlierStrategy", metric.OutlierStrategy, OutlierStrategy.Keep),
        metric.Critical ?? false, metric.MustHaveData ?? false,
        Effect(metric.EffectSize ?? new(), $"{path}.effectSize", problems));

    // The peer takes any number: one on the other side of no effect allows nothing, or everything.
    private static EffectSize Effect(EffectSizeLimits given, string path, FieldProblems problems)
    {
        var measure = problems.Word($"{path}.measure", given.Measure, EffectMeasure.MeanRatio);
        var same = EffectSize.NoEffect(measure);
        return new(
            measure,
            problems.Finite($"{path}.allowedIncrease", given.AllowedIncrease) ?? same,
            problems.Finite($"{path}.allowedDecrease", given.AllowedDecrease) ?? same,
            problems.Finite($"{path}.criticalIncrease", given.CriticalIncrease) ?? same,
            problems.Finite($"{path}.criticalDecrease", given.CriticalDecrease) ?? same);
    }
}
