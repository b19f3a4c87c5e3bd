using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>What holds for all metrics of one comparison.</summary>
/// <param name="Tolerance">
/// The part of the estimated shift that the interval must stay away from zero, 0.25 where nobody says.
/// </param>
/// <param name="Confidence">Of the interval, above 0 and below 1; 0.98 where nobody says.</param>
/// <param name="PassThreshold">The least score that passes, 0 to 100.</param>
/// <param name="MarginalThreshold">The least score that does not fail, 0 to 100.</param>
/// <param name="GroupWeights">Weights in percent; groups without one share what is left of 100.</param>
public sealed record KayentaSettings(
    double Tolerance,
    double Confidence,
    double PassThreshold,
    double MarginalThreshold,
    ImmutableSortedDictionary<string, double> GroupWeights)
{
    public const double UsualTolerance = 0.25;

    public const double UsualConfidence = 0.98;

    /// <summary>
    /// The peer's own judge, where nobody says otherwise; its thresholds have no default there, these are usual ones.
    /// </summary>
    public static KayentaSettings Usual { get; } = new(
        UsualTolerance, UsualConfidence, PassThreshold: 95, MarginalThreshold: 75,
        ImmutableSortedDictionary<string, double>.Empty.WithComparers(StringComparer.Ordinal));
}
