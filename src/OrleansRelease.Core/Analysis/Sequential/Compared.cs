using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>What is shown about the canary, beside the stable version.</summary>
public enum Comparison
{
    /// <summary>Neither is shown; more requests may show one.</summary>
    Undecided,

    /// <summary>Worse by less than the margin: the whole interval lies below it.</summary>
    Equivalent,

    /// <summary>Worse by more than the margin: the whole interval lies above it.</summary>
    Worse,
}

/// <summary>
/// Canary minus stable, as a share of requests (0.01 is one percentage point). Looking after every window, each end
/// is on the wrong side of the truth at any time at all with at most the spec's probability.
/// </summary>
public sealed record Interval(double Low, double Estimate, double High)
{
    /// <summary>All that a share can differ by: what is known before the first request.</summary>
    public static Interval Unknown { get; } = new(-1, 0, 1);
}

/// <summary>What a verdict was made from. Logarithms are natural.</summary>
/// <param name="CanaryBad">Bad requests of the canary, as the source counts them.</param>
/// <param name="CanaryTotal">All of its requests.</param>
/// <param name="StableBad">Bad requests of the stable version, in the same windows.</param>
/// <param name="StableTotal">All of its requests.</param>
/// <param name="Windows">Windows in which both had requests.</param>
/// <param name="Skipped">Windows that could not be compared.</param>
/// <param name="Dispersion">By what every logarithm was divided.</param>
/// <param name="Worse">Logarithm of the wealth of the wagers on "worse than the margin allows", at the margin.</param>
/// <param name="Better">The same of the wagers on "not so much worse".</param>
/// <param name="Needed">What either has to reach: the logarithm of 1/alpha.</param>
public sealed record Arithmetic(
    double CanaryBad,
    double CanaryTotal,
    double StableBad,
    double StableTotal,
    int Windows,
    int Skipped,
    double Dispersion,
    double Worse,
    double Better,
    double Needed);

/// <summary>The verdict on one comparison, with why.</summary>
/// <param name="Judge">Which judge, in which version: the same one says the same of the same, for ever.</param>
/// <param name="Reason">For people, like <c>+0.7 pp [-0.6, +2.1], margin 2</c>.</param>
public sealed record Compared(
    string Judge, Comparison Comparison, Interval Difference, string Reason, Arithmetic Arithmetic)
{
    /// <summary>How many of the canary's requests it rests on.</summary>
    [JsonIgnore]
    public double CanarySamples => Arithmetic.CanaryTotal;

    /// <summary>How many of the stable version's requests it rests on.</summary>
    [JsonIgnore]
    public double StableSamples => Arithmetic.StableTotal;
}
