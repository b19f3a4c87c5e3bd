using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Analysis;

/// <summary>
/// Judges a window by the metric's limits, and by the stable version or the service's past where it is held against
/// one of them; a burn by all windows of its error budget.
/// </summary>
public static class WindowJudge
{
    /// <param name="metric">How it is judged.</param>
    /// <param name="before">What was seen before.</param>
    /// <param name="measurement">What the window says, of both versions.</param>
    /// <param name="undisturbed">Whether nothing about the slot changed during its window.</param>
    /// <param name="alike">
    /// How many metrics of the rollout are compared, or of one that is held against the past how many are: they share
    /// what it may be wrong by.
    /// </param>
    public static Judged Judge(
        MetricSpec metric, Tally before, Measurement measurement, bool undisturbed, int alike)
    {
        var judged = ThresholdJudge.Judge(metric, measurement, undisturbed);
        if (metric.Burn is { } burn) return BurnWindow.Judge(burn, measurement, judged, undisturbed);
        // While shares change a version's requests are not what they were at the window's beginning.
        if (metric.History is { } history)
            return undisturbed ? BesideThePast(metric, history, measurement, judged, alike) : judged;
        if (metric.Compare is not { } compare || measurement.Stable is not { } stable || !undisturbed) return judged;
        var both = (measurement.Reading, stable);
        if (metric.Source is MetricSource.Histogram)
        {
            // What says nothing by itself is neither compared nor chooses what is compared from now on.
            if (judged.Verdict != Verdict.Pass) return judged;
            if (BesideLatencies.Problem(before.Beside, both) is { } problem)
                return judged with { Verdict = Verdict.Error, Detail = problem };
            judged = judged with { Beside = BesideLatencies.Add(compare.Margin, alike, before.Beside, both) };
        }
        else
        {
            var spec = SequentialSpec.For(compare.Margin, alike);
            var evidence = SequentialJudge.Add(
                spec, before.Beside?.Evidence ?? Evidence.None, measurement.Reading, stable);
            judged = judged with { Beside = new(evidence, SequentialJudge.Look(spec, evidence)) };
        }

        return judged is { Beside.Seen: { Comparison: Comparison.Worse } seen, Verdict: not Verdict.Fail }
            ? judged with { Verdict = Verdict.Fail, Detail = $"worse than what is stable: {seen.Reason}" }
            : judged;
    }

    // Missing numbers and what its limits convict are as they are.
    private static Judged BesideThePast(
        MetricSpec metric, ComparedToPast history, Measurement measurement, Judged judged, int alike)
    {
        if (judged.Verdict is not (Verdict.Pass or Verdict.Inconclusive)) return judged;
        if (measurement.Past is not Past.Usual usual) return Unknown(metric, measurement.Past, judged);
        var (value, samples) = measurement.Reading is Reading.Counts counts
            ? (counts.Bad / counts.Total, (double?)counts.Total)
            : (judged.Number!.Value, null);
        var seen = SeasonalJudge.Look(history, usual, metric.Unit, value, samples, alike);
        judged = judged with { Past = seen };
        if (history.IsShown) return judged with { Detail = $"{judged.Detail}; never counted: {Told(seen)}" };
        // What its limits find doubtful stays so unless the past convicts it.
        return judged.Verdict == Verdict.Pass || seen.Verdict == Verdict.Fail
            ? judged with { Verdict = seen.Verdict, Detail = Told(seen) }
            : judged;
    }

    private static string Told(BesidePast seen) =>
        seen.Verdict == Verdict.Fail ? $"unlike the past: {seen.Reason}" : seen.Reason;

    // Without limits of its own there is nothing that it has kept: no evidence is no success.
    private static Judged Unknown(MetricSpec metric, Past? past, Judged judged)
    {
        var (verdict, reason) = past switch
        {
            Past.Error error => (Verdict.Error, error.Reason),
            Past.NoData none => (Verdict.NoData, none.Reason),
            _ => (Verdict.NoData, "nobody has asked for the past"),
        };
        return metric.Thresholds.IsHard
            ? judged with { Detail = $"{judged.Detail}; the past is not known: {reason}" }
            : judged with { Verdict = verdict, Detail = $"the past is not known: {reason}" };
    }
}
