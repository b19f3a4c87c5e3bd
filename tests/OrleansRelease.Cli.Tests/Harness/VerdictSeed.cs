using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Verdicts;

namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>A window of the canary's errors that failed, of two that may not.</summary>
internal static class VerdictSeed
{
    public static VerdictOnRecord Failed()
    {
        var start = Seeds.Now.AddMinutes(-3);
        var window = new Window(12, start, start.AddMinutes(1));
        var metric = Seeds.Spec.Background[0];
        var input = new Measurement(metric.Name, window, new Reading.Counts(31, 412), new Reading.Counts(2, 3720));
        var judged = ThresholdJudge.Judge(metric, input, undisturbed: true);
        var before = Tally.From(start.AddMinutes(-12)) with { NextWindow = 12, Passed = 11, Failed = 1 };
        return new(
            Seeds.Id, metric.Name, 41, start.AddMinutes(1).AddSeconds(16), 5, [ThresholdJudge.Version], input, metric,
            judged, before, Verdict.Fail,
            "window 12 of golden-signals/errors, 2026-11-23 11:18:39 to 11:19:39 UTC, is Fail: 7.52 % > 5 %; with it "
            + "the metric is Fail: 2 failed, 1 may",
            new(5, IsIdentical: true, Otherwise: null));
    }
}
