using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>Which difference of the experiment from the control is a bad one.</summary>
public enum Direction
{
    Either,
    Increase,
    Decrease,
}

/// <summary>What becomes of a value that is not a number: left out, or taken as zero.</summary>
public enum NanStrategy
{
    Remove,
    Replace,
}

/// <summary>What becomes of values that lie far outside the quartiles of their side.</summary>
public enum OutlierStrategy
{
    Keep,
    Remove,
}

/// <summary>
/// How large a difference is: experiment's mean over control's, or the share of pairs in which the experiment's value
/// is the larger one (ties count half).
/// </summary>
public enum EffectMeasure
{
    MeanRatio,
    Cles,
}

/// <summary>
/// How large a difference must be to count, in the measure's own numbers: at least <see cref="AllowedIncrease"/> to be
/// High, at most <see cref="AllowedDecrease"/> to be Low; of a critical metric, at least
/// <see cref="CriticalIncrease"/> or at most <see cref="CriticalDecrease"/> to fail everything.
/// </summary>
public sealed record EffectSize(
    EffectMeasure Measure,
    double AllowedIncrease,
    double AllowedDecrease,
    double CriticalIncrease,
    double CriticalDecrease)
{
    /// <summary>Every difference counts: a ratio of 1, or half of the pairs.</summary>
    public static EffectSize Any(EffectMeasure measure)
    {
        var same = NoEffect(measure);
        return new(measure, same, same, same, same);
    }

    /// <summary>What the measure says of two sides that do not differ.</summary>
    public static double NoEffect(EffectMeasure measure) => measure == EffectMeasure.Cles ? 0.5 : 1;
}

/// <summary>How one metric is compared.</summary>
/// <param name="Name">Its name, as the answer has it.</param>
/// <param name="Groups">The groups whose score it is a part of.</param>
/// <param name="Direction">Which difference is a bad one.</param>
/// <param name="NanStrategy">What becomes of values that are not numbers.</param>
/// <param name="OutlierStrategy">What becomes of outliers.</param>
/// <param name="Critical">Whether it alone can fail everything.</param>
/// <param name="MustHaveData">Whether missing data counts against its group.</param>
/// <param name="Effect">How large a difference must be.</param>
public sealed record KayentaMetric(
    string Name,
    ImmutableArray<string> Groups,
    Direction Direction,
    NanStrategy NanStrategy,
    OutlierStrategy OutlierStrategy,
    bool Critical,
    bool MustHaveData,
    EffectSize Effect)
{
    /// <summary>A metric of which nothing is said but its name and groups.</summary>
    public static KayentaMetric Named(string name, params ImmutableArray<string> groups) => new(
        name, groups, Direction.Either, NanStrategy.Remove, OutlierStrategy.Keep, Critical: false, MustHaveData: false,
        EffectSize.Any(EffectMeasure.MeanRatio));
}
