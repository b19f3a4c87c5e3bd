using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// What a comparison window by window says of a metric, in the direction that is bad: fewer is worse where the control,
/// beside the experiment, has more. Whoever asks for both directions asks twice, and each may be wrong half as often.
/// </summary>
internal static class Comparing
{
    /// <summary>The opinion; null where no window could be compared.</summary>
    /// <param name="bad">Which difference is bad.</param>
    /// <param name="look">
    /// What all windows show, the sides swapped or not, where the metric has so many comparisons; null: none could be
    /// compared.
    /// </param>
    public static Opinion? Opine(Direction bad, Func<bool, int, Compared?> look)
    {
        var comparisons = bad == Direction.Either ? 2 : 1;
        var more = bad == Direction.Decrease ? null : look(false, comparisons);
        var fewer = bad == Direction.Increase ? null : look(true, comparisons);
        if (more is { Comparison: Comparison.Worse }) return OfMore(more, Verdict.Fail, Classification.High);
        if (fewer is { Comparison: Comparison.Worse }) return OfFewer(fewer, Verdict.Fail, Classification.Low);
        var isEquivalent = more is null or { Comparison: Comparison.Equivalent }
            && fewer is null or { Comparison: Comparison.Equivalent };
        // The words have none for undecided: no data to decide by is the one that nobody acts upon.
        var (verdict, classification) = isEquivalent
            ? (Verdict.Pass, Classification.Pass)
            : (Verdict.Inconclusive, Classification.Nodata);
        return more is not null ? OfMore(more, verdict, classification)
            : fewer is not null ? OfFewer(fewer, verdict, classification)
            : null;
    }

    private static Opinion OfMore(Compared seen, Verdict verdict, Classification classification)
    {
        var (arithmetic, difference) = (seen.Arithmetic, seen.Difference);
        return new(
            verdict, classification, Told(seen.Reason, verdict),
            Ratio(
                arithmetic.CanaryBad / arithmetic.CanaryTotal, arithmetic.StableBad / arithmetic.StableTotal),
            new(difference.Low, difference.Estimate, difference.High));
    }

    private static Opinion OfFewer(Compared seen, Verdict verdict, Classification classification)
    {
        var (arithmetic, difference) = (seen.Arithmetic, seen.Difference);
        return new(
            verdict, classification, Told($"control beside experiment: {seen.Reason}", verdict),
            Ratio(
                arithmetic.StableBad / arithmetic.StableTotal, arithmetic.CanaryBad / arithmetic.CanaryTotal),
            new(-difference.High, -difference.Estimate, -difference.Low));
    }

    private static string Told(string reason, Verdict verdict) =>
        verdict == Verdict.Inconclusive ? $"undecided: {reason}" : reason;

    private static double? Ratio(double experiment, double control) =>
        experiment / control is var ratio && double.IsFinite(ratio) ? ratio : null;
}
