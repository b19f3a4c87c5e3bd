using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>What a comparison of one metric came to, in the peer's own words.</summary>
public enum Classification
{
    Pass,
    High,
    Low,

    /// <summary>One side has no values; it counts neither for nor against its group.</summary>
    Nodata,

    /// <summary>One side has no values, and must have; it counts against its group.</summary>
    NodataFailMetric,

    /// <summary>The values cannot be compared; it counts neither for nor against its group.</summary>
    Error,
}

/// <summary>One metric, compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Groups">The groups whose score it is a part of.</param>
/// <param name="Classification">What the comparison came to.</param>
/// <param name="Critical">Whether it fails everything, by itself.</param>
/// <param name="Deviation">Experiment's mean over control's; 1 without a comparison, null where a mean is zero.</param>
/// <param name="EffectSize">What was compared with the allowed increase and decrease; null where there is none.</param>
/// <param name="Interval">By how much the experiment's values are larger; null without a comparison.</param>
/// <param name="Reason">Why, with the arithmetic.</param>
public sealed record Classified(
    string Name,
    ImmutableArray<string> Groups,
    Classification Classification,
    bool Critical,
    double? Deviation,
    double? EffectSize,
    Shift? Interval,
    string Reason)
{
    /// <summary>One side has no values, and nothing was to stand for zero.</summary>
    public bool IsWithoutValues { get; init; }
}
