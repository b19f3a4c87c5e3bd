using System.Globalization;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>Differences of shares as people read them: in percentage points.</summary>
internal static class Sentences
{
    private const double PerPoint = 100;

    /// <summary>Like <c>+0.7 pp [-0.6, +2.1], margin 2</c>, with a digit more where all of it is small.</summary>
    public static string Of(Interval difference, double margin)
    {
        var finer = Math.Max(Math.Abs(difference.Low), Math.Abs(difference.High)) * PerPoint < 1 ? 2 : 1;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Signed(difference.Estimate, finer)} pp [{Signed(difference.Low, finer)}, ")
            + $"{Signed(difference.High, finer)}], margin {Plain(margin)}";
    }

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) =>
        (share * PerPoint).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Signed(double share, int digits)
    {
        var zeros = new string('0', digits);
        return (share * PerPoint).ToString($"+0.{zeros};-0.{zeros};0", CultureInfo.InvariantCulture);
    }

    private static string Plain(double share) => (share * PerPoint).ToString("0.###", CultureInfo.InvariantCulture);
}
