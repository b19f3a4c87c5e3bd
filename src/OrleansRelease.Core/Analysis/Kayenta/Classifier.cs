using System.Globalization;
using MathNet.Numerics.Statistics;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>
/// Compares the values of one metric as the peer's judge NetflixACAJudge-v1.0 does: no data, then identical, then by
/// the interval of a Mann–Whitney test and the size of the effect.
/// </summary>
public static class Classifier
{
    /// <summary>
    /// <paramref name="experiment"/> is the new version's side. Values may be anything a source says; the order of
    /// neither side matters.
    /// </summary>
    public static Classified Classify(
        KayentaSettings settings, KayentaMetric metric, ReadOnlySpan<double> control, ReadOnlySpan<double> experiment)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(metric);
        var (before, after) = (Preparation.Prepare(metric, control), Preparation.Prepare(metric, experiment));
        if (before.Length == 0 || after.Length == 0) return WithoutValues(metric, before.Length, after.Length);
        if (!IsFinite(before) || !IsFinite(after)) return Failed(metric, "a value is infinite");
        if (before.AsSpan().SequenceEqual(after))
            return Uncompared(metric, Classification.Pass, false, "both sides have the same values");
        if (IsConstant(before) && IsConstant(after) && before[0] == after[0])
        {
            return Uncompared(metric, Classification.Pass, false, Text($"every value is {before[0]:G6}"));
        }

        return Compared(settings, metric, before, after);
    }

    private static Classified WithoutValues(KayentaMetric metric, int control, int experiment)
    {
        var missing = Text($"no values: control has {control}, experiment has {experiment}");
        // Whoever says that nothing means zero has said that nothing is wrong.
        if (metric.NanStrategy == NanStrategy.Replace)
            return Uncompared(metric, Classification.Pass, false, missing) with { IsWithoutValues = true };
        return metric is { MustHaveData: true, Critical: false }
            ? Uncompared(metric, Classification.NodataFailMetric, false, missing)
            : Uncompared(metric, Classification.Nodata, metric.Critical, missing);
    }

    private static Classified Compared(
        KayentaSettings settings, KayentaMetric metric, double[] control, double[] experiment)
    {
        var isConstant = IsConstant(control) && IsConstant(experiment);
        if ((isConstant
                ? Shift.Between(Preparation.ToldApart(experiment), Preparation.ToldApart(control), settings.Confidence)
                : Shift.Between(experiment, control, settings.Confidence)) is not { } shift)
        {
            return Failed(metric, "the values are too few, too alike or too large to be ranked");
        }

        var ratio = MeanRatio(control, experiment);
        var effect = metric.Effect.Measure == EffectMeasure.Cles ? RankSum.ShareLarger(experiment, control) : ratio;
        var bound = settings.Tolerance * Math.Abs(shift.Estimate);
        // An effect that has no size, where a mean is zero, leaves the decision to the interval.
        var isHigh = metric.Direction != Direction.Decrease && shift.Low > bound
            && !(effect < metric.Effect.AllowedIncrease);
        var isLow = !isHigh && metric.Direction != Direction.Increase && shift.High < -bound
            && !(effect > metric.Effect.AllowedDecrease);
        var isCritical = metric.Critical
            && ((isHigh && !(effect < metric.Effect.CriticalIncrease))
                || (isLow && !(effect > metric.Effect.CriticalDecrease)));
        return new(
            metric.Name, metric.Groups,
            isHigh ? Classification.High : isLow ? Classification.Low : Classification.Pass, isCritical,
            Number(ratio), Number(effect), shift,
            Wording.Of(metric, shift, bound, effect, experiment[^1] - control[0] - (experiment[0] - control[^1])));
    }

    private static Classified Failed(KayentaMetric metric, string reason) =>
        Uncompared(metric, Classification.Error, metric.Critical, reason);

    private static Classified Uncompared(
        KayentaMetric metric, Classification classification, bool critical, string reason) => new(
        metric.Name, metric.Groups, classification, critical, Deviation: 1, null, null, reason);

    private static double MeanRatio(double[] control, double[] experiment)
    {
        var (before, after) = (ArrayStatistics.Mean(control), ArrayStatistics.Mean(experiment));
        return before == 0 || after == 0 ? double.NaN : after / before;
    }

    private static double? Number(double number) => double.IsFinite(number) ? number : null;

    private static bool IsConstant(double[] sorted) => sorted[0] == sorted[^1];

    private static bool IsFinite(double[] sorted) => double.IsFinite(sorted[0]) && double.IsFinite(sorted[^1]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
