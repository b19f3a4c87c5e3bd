using MathNet.Numerics.Distributions;
using MathNet.Numerics.RootFinding;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>
/// By how much the experiment's values are larger than the control's, in the metric's unit: an interval at a
/// confidence, and the Hodges–Lehmann estimate in it.
/// </summary>
public readonly record struct Shift(double Low, double Estimate, double High)
{
    /// <summary>
    /// How exactly ends and estimate are found, in the metric's unit and not relative to it, as the peer has it.
    /// </summary>
    public const double Resolution = 1e-4;

    private const int MostSteps = 1000;

    /// <summary>
    /// The shifts at which the rank-sum statistic reaches both quantiles of the normal distribution, and zero: what
    /// R's <c>wilcox.test(exact = FALSE, conf.int = TRUE)</c> computes. Source: D. F. Bauer, Constructing confidence
    /// sets using rank statistics, JASA 67 (1972); J. L. Hodges, E. L. Lehmann (1963). Null when there is none: all
    /// values of each side are the same. Both sides are in ascending order, finite and not empty.
    /// </summary>
    public static Shift? Between(double[] experiment, double[] control, double confidence)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(control);
        if (experiment[0] == experiment[^1] && control[0] == control[^1]) return null;
        var (least, most) = (experiment[0] - control[^1], experiment[^1] - control[0]);
        if (!double.IsFinite(most - least)) return null;
        var quantile = Normal.InvCDF(0, 1, (1 + confidence) / 2);
        return (Reach(quantile, true), Reach(0, false), Reach(-quantile, true)) is ({ } low, { } estimate, { } high)
            ? new Shift(low, estimate, high)
            : null;

        // The statistic falls as the shift grows; a quantile that few values cannot reach leaves the widest interval.
        double? Reach(double target, bool isContinuous)
        {
            var (atLeast, atMost) = (Above(least), Above(most));
            // Numbers so large that they swallow the differences between others make all of them the same.
            if (double.IsNaN(atLeast) || double.IsNaN(atMost)) return null;
            if (atLeast <= 0) return least;
            if (atMost >= 0) return most;
            return Brent.TryFindRoot(Within, least, most, Resolution, MostSteps, out var root) ? root : null;

            double Above(double shift) =>
                RankSum.Standardized(experiment, control, shift, isContinuous) - target;

            double Within(double shift) => Above(shift) is var above && double.IsNaN(above) ? 0 : above;
        }
    }
}
