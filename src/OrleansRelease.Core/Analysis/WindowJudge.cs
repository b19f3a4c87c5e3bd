using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Analysis;

/// <summary>Judges a window by the metric's limits, and by the stable version where it is compared with that.</summary>
public static class WindowJudge
{
    /// <param name="metric">How it is judged.</param>
    /// <param name="before">What was seen before.</param>
    /// <param name="measurement">What the window says, of both versions.</param>
    /// <param name="undisturbed">Whether nothing about the slot changed during its window.</param>
    /// <param name="compared">How many metrics of the rollout are compared: they share what it may be wrong by.</param>
    public static Judged Judge(
        MetricSpec metric, Tally before, Measurement measurement, bool undisturbed, int compared)
    {
        var judged = ThresholdJudge.Judge(metric, measurement, undisturbed);
        // While shares change a version's requests are not what they were at the window's beginning.
        if (metric.Compare is not { } compare || measurement.Stable is not { } stable || !undisturbed) return judged;
        var spec = SequentialSpec.For(compare.Margin, compared);
        var evidence = SequentialJudge.Add(
            spec, before.Beside?.Evidence ?? Evidence.None, measurement.Reading, stable);
        var seen = SequentialJudge.Look(spec, evidence);
        judged = judged with { Beside = new(evidence, seen) };
        return seen.Comparison == Comparison.Worse && judged.Verdict != Verdict.Fail
            ? judged with { Verdict = Verdict.Fail, Detail = $"worse than what is stable: {seen.Reason}" }
            : judged;
    }
}
