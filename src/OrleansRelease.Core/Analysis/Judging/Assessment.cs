using System.Collections.Immutable;
using System.Globalization;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>One measurement of a series, and what the metric came to with it.</summary>
/// <param name="Number">Counted from 1, as people count.</param>
/// <param name="Verdict">Of this measurement alone.</param>
/// <param name="Value">What was judged, in the metric's unit; null when there was nothing to judge.</param>
/// <param name="Samples">How many requests it is a share of.</param>
/// <param name="Detail">The arithmetic.</param>
/// <param name="Phase">The metric's verdict after it; null while its limits leave it open.</param>
public sealed record AssessedWindow(
    int Number, Verdict Verdict, double? Value, double? Samples, string Detail, Verdict? Phase);

/// <summary>What a rollout would have made of one metric, measurement by measurement.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Verdict">After the last measurement; null while its limits leave it open.</param>
/// <param name="AtTheEnd">
/// The same if nothing more were measured: what is open passes when something has passed, and nothing else does.
/// </param>
/// <param name="DecidedAt">The first measurement with a verdict: where a rollout would have acted.</param>
/// <param name="Reason">Why, with the arithmetic.</param>
/// <param name="Windows">Every measurement, in order.</param>
public sealed record Assessment(
    string Metric, Verdict? Verdict, Verdict AtTheEnd, int? DecidedAt, string Reason,
    ImmutableArray<AssessedWindow> Windows)
{
    /// <summary>
    /// The readings are those of windows that tile and in which nothing about the slot has changed. A Fail is final:
    /// the rollout goes back on it, and what is measured later changes nothing.
    /// </summary>
    public static Assessment Of(MetricSpec metric, ImmutableArray<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var tally = Tally.From(DateTimeOffset.UnixEpoch);
        var windows = ImmutableArray.CreateBuilder<AssessedWindow>(readings.Length);
        foreach (var reading in readings)
        {
            var window = Analysis.Windows.At(metric, tally, tally.NextWindow);
            var judged = ThresholdJudge.Judge(metric, new(metric.Name, window, reading), undisturbed: true);
            tally = ThresholdJudge.Add(tally, judged);
            windows.Add(new(
                tally.NextWindow, judged.Verdict, judged.Number, judged.Samples, judged.Detail,
                ThresholdJudge.Assess(metric.Limits, tally)));
        }

        var verdict = windows.Count == 0 ? null : windows[^1].Phase;
        return new(
            metric.Name, verdict, verdict ?? Unmeasured(tally),
            windows.FirstOrDefault(window => window.Phase is not null)?.Number, Why(metric.Limits, tally, verdict),
            windows.DrainToImmutable());
    }

    private static Verdict Unmeasured(Tally tally) =>
        tally.Passed > 0 ? Analysis.Verdict.Pass
        : tally.Measured > 0 ? Analysis.Verdict.Inconclusive
        : tally.Errors > 0 ? Analysis.Verdict.Error
        : Analysis.Verdict.NoData;

    private static string Why(MetricLimits limits, Tally tally, Verdict? verdict) => verdict switch
    {
        Analysis.Verdict.Fail => Text($"{tally.Failed} failed, {limits.FailureLimit} may"),
        Analysis.Verdict.Inconclusive when tally.Inconclusive > limits.InconclusiveLimit =>
            Text($"{tally.Inconclusive} are inconclusive, {limits.InconclusiveLimit} may be"),
        Analysis.Verdict.Inconclusive => Text($"none of {tally.Measured} passed"),
        Analysis.Verdict.Error when tally.ErrorsInRow > limits.ConsecutiveErrorLimit =>
            Text($"{tally.ErrorsInRow} errors in a row, {limits.ConsecutiveErrorLimit} may be"),
        Analysis.Verdict.NoData when tally.NoDataInRow > limits.NoDataLimit =>
            Text($"{tally.NoDataInRow} in a row without data, {limits.NoDataLimit} may be"),
        Analysis.Verdict.Error or Analysis.Verdict.NoData => Text($"{tally.UnusableInRow} in a row without a number"),
        Analysis.Verdict.Pass when limits.ConsecutiveSuccessLimit is { } row && tally.PassedInRow >= row =>
            Text($"{tally.PassedInRow} passed in a row, {row} are needed"),
        Analysis.Verdict.Pass => Text($"{tally.Passed} of {tally.Measured} passed, within the limits"),
        _ => Text(
            $"open: {tally.Passed} passed, {tally.Failed} failed, {tally.Inconclusive} inconclusive, ")
            + Text($"{tally.NoData} without data, {tally.Errors} errors"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
