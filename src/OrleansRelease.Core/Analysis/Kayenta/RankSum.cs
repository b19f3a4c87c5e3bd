namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>
/// The standardized rank-sum statistic of two sorted sides, with correction for ties. Source:
/// F. Wilcoxon (1945); H. B. Mann, D. R. Whitney (1947); the normal approximation with ties after E. L. Lehmann,
/// Nonparametrics (1975), chapter 1. One pass over both sides: sides that are sorted once stay so when one is shifted.
/// </summary>
internal static class RankSum
{
    /// <summary>
    /// The statistic once <paramref name="shift"/> is taken from every value of the experiment; ends of an interval go
    /// by the one with correction for continuity, the estimate by the one without, as R has it.
    /// </summary>
    public static double Standardized(double[] experiment, double[] control, double shift, bool isContinuous)
    {
        double m = experiment.Length, n = control.Length;
        var (ranks, ties) = Ranks(experiment, control, shift);
        var difference = ranks - (m * (m + 1) / 2) - (m * n / 2);
        var spread = Math.Sqrt(m * n / 12 * (m + n + 1 - (ties / ((m + n) * (m + n - 1)))));
        return (difference - (isContinuous ? Math.Sign(difference) * 0.5 : 0)) / spread;
    }

    /// <summary>The share of pairs in which the experiment's value is larger; ties count half.</summary>
    public static double ShareLarger(double[] experiment, double[] control)
    {
        double m = experiment.Length, n = control.Length;
        var (ranks, _) = Ranks(experiment, control, 0);
        return (ranks - (m * (m + 1) / 2)) / (m * n);
    }

    // The sum of the experiment's ranks among all, equal values having the mean of theirs; and Σ(t³ − t) over the
    // runs of t equal values.
    private static (double Ranks, double Ties) Ranks(double[] experiment, double[] control, double shift)
    {
        double ranks = 0, ties = 0;
        int i = 0, j = 0;
        while (i < experiment.Length || j < control.Length)
        {
            var before = i + j;
            var value = i == experiment.Length || (j < control.Length && control[j] < experiment[i] - shift)
                ? control[j]
                : experiment[i] - shift;
            var first = i;
            while (i < experiment.Length && experiment[i] - shift == value) i++;
            while (j < control.Length && control[j] == value) j++;
            double equal = i + j - before;
            ranks += (i - first) * (before + ((equal + 1) / 2));
            ties += (equal * equal * equal) - equal;
        }

        return (ranks, ties);
    }
}
