using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>What one comparison of two versions is held to.</summary>
/// <param name="Margin">
/// By how much the canary's share of bad requests may be over the stable one's, as a share: 0.005 is half a point.
/// </param>
/// <param name="Tolerance">The same relative to the stable version's share, on top: 0.1 is a tenth of it.</param>
/// <param name="Alpha">The probability of a wrong <see cref="Comparison.Worse"/>, over all looks together.</param>
/// <param name="Extrapolated">
/// How many times what was counted a source may say: a rate over a window of 60 s from four scrapes 15 s apart has
/// seen 45 s of it and tells of 60. The dispersion is never taken for less.
/// </param>
/// <param name="MinWindows">Before so many windows nothing is called worse: one burst in one window is no rate.</param>
public sealed record SequentialSpec(
    double Margin, double Tolerance, double Alpha, double Extrapolated, int MinWindows)
{
    /// <summary>So many rollouts are taken back by mistake at most, when nobody says otherwise.</summary>
    public const double FalseAlarms = 0.01;

    /// <summary>Four scrapes a window.</summary>
    public const double FourScrapes = 60.0 / 45;

    /// <summary>Three windows show whether they agree.</summary>
    public const int FewestWindows = 3;

    /// <summary>The logarithm of the wealth that is shown nothing by chance.</summary>
    [JsonIgnore]
    public double Needed => -Math.Log(Alpha);

    /// <summary>
    /// One of <paramref name="metrics"/> that a rollout compares: each gets the same part of what the rollout may be
    /// wrong by (Bonferroni). Steps get no parts, because one test runs through all of them; what a step analyses on
    /// its own is a metric of its own.
    /// </summary>
    public static SequentialSpec For(double margin, int metrics, double falseAlarms = FalseAlarms) =>
        new(margin, 0, falseAlarms / Math.Max(1, metrics), FourScrapes, FewestWindows);
}
