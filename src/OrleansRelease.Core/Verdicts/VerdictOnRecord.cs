using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Verdicts;

/// <summary>
/// One window of one metric as a rollout judged it, with all that it was judged from, and the same judged once more by
/// the rules of now.
/// </summary>
/// <param name="Rollout">Whose.</param>
/// <param name="Metric">As it is judged: <c>3:signals/errors</c> is the one of the fourth step.</param>
/// <param name="Sequence">The decision on record that has it.</param>
/// <param name="At">When that was decided.</param>
/// <param name="DeciderVersion">Of the rules that decided it, as on record.</param>
/// <param name="Judges">Which judges had a say, with their versions.</param>
/// <param name="Input">What the source said of the window, of both versions and the past where it is compared.</param>
/// <param name="JudgedBy">
/// Limits and thresholds, as resolved from the manifests when the rollout was started; null: by the rules of now the
/// metric would not be judged at that point.
/// </param>
/// <param name="Verdict">The window's verdict with its arithmetic.</param>
/// <param name="Before">What had been counted before; without the windows that are kept for people.</param>
/// <param name="Phase">What the metric came to with it; null: its limits left it open.</param>
/// <param name="Sentence">All that in words.</param>
/// <param name="Replay">Judged once more.</param>
public sealed record VerdictOnRecord(
    RolloutId Rollout, string Metric, long Sequence, DateTimeOffset At, int DeciderVersion,
    ImmutableArray<string> Judges, Measurement Input, MetricSpec? JudgedBy, Judged Verdict, Tally Before,
    Verdict? Phase, string Sentence, ReplayedVerdict Replay)
{
    internal static ImmutableArray<string> JudgesOf(Judged judged, int deciderVersion) =>
        BurnOf.IsName(judged.Metric)
            ? [judged.Burn is { JudgeVersion: var version } ? BurnJudge.NameOf(version) : BurnJudge.Name]
            :
            [
                .. new[]
                {
                    ThresholdJudge.VersionBy(deciderVersion), judged.Past?.Judge, judged.Beside?.Seen.Judge,
                }.OfType<string>(),
            ];
}

/// <summary>The same window judged once more, from the log alone.</summary>
/// <param name="DeciderVersion">Of the rules now.</param>
/// <param name="IsIdentical">Whether the verdict is the same to the last digit, with all its arithmetic.</param>
/// <param name="Otherwise">What it is now; null: the same, or it is not judged at all any more.</param>
public sealed record ReplayedVerdict(int DeciderVersion, bool IsIdentical, Judged? Otherwise);
