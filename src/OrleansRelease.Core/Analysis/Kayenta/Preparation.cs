using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>What is done to the values of one side before they are compared; never to the caller's own array.</summary>
internal static class Preparation
{
    // Fences lie so many interquartile ranges outside the quartiles (Tukey's fences, "far out").
    private const double FenceFactor = 3;

    // Relative to the value itself.
    private const double NoiseScale = 1e-5;

    /// <summary>The values to compare, in ascending order.</summary>
    public static double[] Prepare(KayentaMetric metric, ReadOnlySpan<double> values)
    {
        var sorted = metric.NanStrategy == NanStrategy.Replace ? WithZeros(values) : WithoutNans(values);
        Array.Sort(sorted);
        return metric.OutlierStrategy == OutlierStrategy.Remove ? WithoutOutliers(sorted) : sorted;
    }

    /// <summary>
    /// Constant values, told apart: the peer adds Gaussian noise so that ranks are defined. Here the noise is the
    /// normal distribution's own quantiles at (i + ½)/n instead of draws from it, so that the same values are always
    /// judged the same. A single value, and zero, stay as they are: there is nothing to tell apart, or no scale.
    /// </summary>
    public static double[] ToldApart(double[] constant)
    {
        var value = constant[0];
        var apart = new double[constant.Length];
        for (var i = 0; i < apart.Length; i++)
        {
            var quantile = Normal.InvCDF(0, 1, (i + 0.5) / apart.Length);
            apart[i] = value + (Math.Abs(value) * NoiseScale * quantile);
        }

        return apart;
    }

    private static double[] WithZeros(ReadOnlySpan<double> values)
    {
        var all = values.ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            if (double.IsNaN(all[i])) all[i] = 0;
        }

        return all;
    }

    private static double[] WithoutNans(ReadOnlySpan<double> values)
    {
        var kept = new double[values.Length];
        var count = 0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value)) kept[count++] = value;
        }

        return kept[..count];
    }

    // A fence never lies inside the first or last percent: few values, or a long tail, are no outliers.
    private static double[] WithoutOutliers(double[] sorted)
    {
        if (sorted.Length == 0) return sorted;
        var (lower, upper) = (Quantile(sorted, 0.25), Quantile(sorted, 0.75));
        var reach = FenceFactor * (upper - lower);
        var lowest = Math.Min(Quantile(sorted, 0.01), lower - reach);
        var highest = Math.Max(Quantile(sorted, 0.99), upper + reach);
        return Array.FindAll(sorted, value => !(value < lowest || value > highest));
    }

    // At part × (n + 1), as the peer has it: of 99 values or fewer the 1st and the 99th percentile are the least and
    // the largest, so none is left out.
    private static double Quantile(double[] sorted, double part) =>
        SortedArrayStatistics.QuantileCustom(sorted, part, QuantileDefinition.R6);
}
