using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>One look at a burn as a rollout keeps it: what a window of a metric is.</summary>
internal static class BurnWindow
{
    /// <param name="burn">Of what.</param>
    /// <param name="measured">What the source said.</param>
    /// <param name="judged">What a metric without limits makes of it: missing numbers are as they are.</param>
    /// <param name="undisturbed">Whether nothing about the slot changed during the newest tile.</param>
    public static Judged Judge(BurnOf burn, Measurement measured, Judged judged, bool undisturbed)
    {
        // Of many objectives all details are in one row.
        if (measured.Reading is not Reading.Counts) return judged with { Detail = OneLine.Of(judged.Detail) };
        if (measured.Burn is not { } pairs)
            return judged with { Verdict = Verdict.NoData, Detail = "nobody has counted its windows" };
        var verdict = RolloutBurn.Judge(burn, pairs);
        return judged with
        {
            Verdict = verdict.Verdict,
            Detail = verdict.Detail.StartsWith("burns ", StringComparison.Ordinal)
                ? $"its error budget {verdict.Detail}"
                : verdict.Detail,
            Counted = undisturbed || verdict.Verdict == Verdict.Fail,
            Burn = verdict,
        };
    }
}
