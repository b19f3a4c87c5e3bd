namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>
/// Compares the canary's share of bad requests with the stable version's, window by window, and may be asked after
/// each: what it promises holds for all looks together. A confidence sequence (Howard, Ramdas, McAuliffe and Sekhon
/// 2021) by betting (Waudby-Smith and Ramdas 2024); <see cref="Wagers"/> says how.
/// </summary>
public static class SequentialJudge
{
    /// <summary>Another number stands for another arithmetic; on record with every verdict.</summary>
    public const string Version = "sequential/1";

    /// <summary>Nobody has more in a window, and the squares of more would be no numbers some day.</summary>
    public const double MostRequests = 1e15;

    /// <summary>The evidence with one window more.</summary>
    public static Evidence Add(SequentialSpec spec, Evidence evidence, Reading canary, Reading stable)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(evidence);
        if (canary is not Reading.Counts ofCanary || stable is not Reading.Counts ofStable
            || !Comparable(ofCanary) || !Comparable(ofStable))
        {
            return evidence with { Skipped = evidence.Skipped + 1 };
        }

        var weight = ofCanary.Total * ofStable.Total / (ofCanary.Total + ofStable.Total);
        var difference = (ofCanary.Bad / ofCanary.Total) - ((1 + spec.Tolerance) * ofStable.Bad / ofStable.Total);
        return new(
            evidence.Windows + 1,
            evidence.Skipped,
            evidence.CanaryBad + ofCanary.Bad,
            evidence.CanaryTotal + ofCanary.Total,
            evidence.StableBad + ofStable.Bad,
            evidence.StableTotal + ofStable.Total,
            evidence.Weight + weight,
            evidence.Weighed + (weight * difference),
            evidence.Worse.Add(Wagers.Up, spec.Tolerance, ofCanary, ofStable),
            evidence.Better.Add(Wagers.Down, spec.Tolerance, ofCanary, ofStable),
            evidence.Dispersion.Add(ofCanary, ofStable));
    }

    /// <summary>What the evidence shows.</summary>
    public static Compared Look(SequentialSpec spec, Evidence evidence)
    {
        var arithmetic = Calculate(spec, evidence);
        var comparison = Decide(spec, evidence, arithmetic);
        var difference = Difference(spec, evidence, arithmetic.Dispersion);
        return new(Version, comparison, difference, Sentences.Of(difference, spec.Margin), arithmetic);
    }

    internal static Arithmetic Calculate(SequentialSpec spec, Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(evidence);
        var dispersion = evidence.Dispersion.Estimate(evidence.CanaryBad, evidence.CanaryTotal, spec.Extrapolated);
        return new(
            evidence.CanaryBad,
            evidence.CanaryTotal,
            evidence.StableBad,
            evidence.StableTotal,
            evidence.Windows,
            evidence.Skipped,
            dispersion,
            evidence.Worse.LogWealth(spec.Margin, dispersion),
            evidence.Better.LogWealth(spec.Margin, dispersion),
            spec.Needed);
    }

    // That the wealth at the margin is more than needed says the same as an end of the interval beyond the margin.
    internal static Comparison Decide(SequentialSpec spec, Evidence evidence, Arithmetic arithmetic)
    {
        var estimate = Estimate(evidence);
        if (evidence.Windows < spec.MinWindows) return Comparison.Undecided;
        if (arithmetic.Worse > arithmetic.Needed && estimate > spec.Margin) return Comparison.Worse;
        return arithmetic.Better > arithmetic.Needed && estimate < spec.Margin
            ? Comparison.Equivalent
            : Comparison.Undecided;
    }

    /// <summary>The estimate weighs windows otherwise than the wagers do: the interval always contains it.</summary>
    internal static Interval Difference(SequentialSpec spec, Evidence evidence, double dispersion)
    {
        if (evidence.Windows == 0) return Interval.Unknown;
        var estimate = Estimate(evidence);
        return new(
            Math.Min(estimate, evidence.Worse.End(spec.Needed, dispersion) ?? -1),
            estimate,
            Math.Max(estimate, evidence.Better.End(spec.Needed, dispersion) ?? 1));
    }

    internal static double Estimate(Evidence evidence) =>
        evidence.Weight > 0 ? evidence.Weighed / evidence.Weight : 0;

    private static bool Comparable(Reading.Counts counts) =>
        double.IsFinite(counts.Bad) && counts.Total is > 0 and <= MostRequests
        && counts.Bad >= 0 && counts.Bad <= counts.Total;
}
