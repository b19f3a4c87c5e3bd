using System.Globalization;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Attribution;

/// <summary>The arithmetic as people read it.</summary>
internal static class BlameWords
{
    public static string Of(Weighed weighed, double odds) =>
        !weighed.HasBegun
            ? "had not begun at the onset"
            : $"{OfContrast(weighed.Contrast)}; {OfTracking(weighed.Tracking)}; {OfDelay(weighed.Delay)}; "
                + $"{OfOdds(odds)}";

    public static string OfOdds(RolloutId first, double odds) => string.Create(
        CultureInfo.InvariantCulture,
        $"the first is {first} with {OfOdds(odds)}, {BlameJudge.Margin:0} to 1 are needed, either way");

    /// <summary>Why everybody holds whom nothing clears.</summary>
    public static string OfHold(Judgement judgement) => judgement switch
    {
        Judgement.Blame blame => $"{blame.Rollout} is blamed, and others hold until it is back",
        Judgement.Undecided { Telling: { } telling } undecided =>
            $"{undecided.Reason}; most would be learned if {telling} went back",
        Judgement.Undecided undecided => undecided.Reason,
        _ => "it was advised to hold",
    };

    private static string OfOdds(double odds) => odds >= 0
        ? $"odds {Times(odds / Math.Log(10))} to 1"
        : $"odds 1 to {Times(-odds / Math.Log(10))}";

    private static string OfContrast(ContrastEvidence? contrast) => contrast is null
        ? "nothing tells where it reached"
        : string.Create(CultureInfo.InvariantCulture,
            $"{Share(contrast.Reached)} bad where it reached, {Share(contrast.Missed)} where not, "
            + $"{contrast.Explained:0 %} of the rise: {OfFactor(contrast.LogFactor)}");

    private static string OfTracking(TrackingEvidence tracking) => string.Create(
        CultureInfo.InvariantCulture,
        $"share {tracking.LeastShare:0.# %} to {tracking.MostShare:0.# %}: {OfFactor(tracking.LogFactor)}");

    private static string OfDelay(DelayEvidence delay) => string.Create(
        CultureInfo.InvariantCulture,
        $"stepped {delay.SinceStep?.TotalMinutes ?? 0:0.#} min before: {OfFactor(delay.LogFactor)}");

    private static string Share(Count count) => string.Create(
        CultureInfo.InvariantCulture, $"{count.Bad:0.#} of {count.Total:0.#} ({count.Bad / count.Total:0.0#%})");

    private static string OfFactor(double log10) => log10 >= 0 ? $"x {Times(log10)}" : $"/ {Times(-log10)}";

    // Beyond a million the number says no more than its size.
    private static string Times(double log10) => log10 switch
    {
        double.PositiveInfinity => "any number",
        > 6 => string.Create(CultureInfo.InvariantCulture, $"10^{log10:0}"),
        > 1 => string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, log10):0}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, log10):0.0}"),
    };
}
