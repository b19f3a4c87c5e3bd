using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// What one window says, what it says of the stable version, and what the past does, where somebody knows that too.
/// </summary>
public sealed record SeriesReading(Reading Reading, Reading? Stable = null, Past? Past = null);

/// <summary>One measurement of a series, and what the metric came to with it.</summary>
/// <param name="Number">Counted from 1, as people count.</param>
/// <param name="Verdict">Of this measurement alone.</param>
/// <param name="Value">What was judged, in the metric's unit; null when there was nothing to judge.</param>
/// <param name="Samples">How many requests it is a share of.</param>
/// <param name="Detail">The arithmetic.</param>
/// <param name="Phase">The metric's verdict after it; null while its limits leave it open.</param>
/// <param name="Beside">What all measurements so far say beside the stable version; null: not compared.</param>
public sealed record AssessedWindow(
    int Number, Verdict Verdict, double? Value, double? Samples, string Detail, Verdict? Phase, string? Beside = null);

/// <summary>What a rollout would have made of one metric, measurement by measurement.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Judge">By whom, beside its limits where it has any.</param>
/// <param name="Version">The same versions say the same of the same measurements, for ever.</param>
/// <param name="Verdict">After the last measurement; null while its limits leave it open.</param>
/// <param name="AtTheEnd">
/// The same if nothing more were measured: what is open passes when something has passed, and nothing else does; where
/// a row of good ones is wanted, that row.
/// </param>
/// <param name="DecidedAt">The measurement from which on it had its last verdict; null while it is open.</param>
/// <param name="Reason">Why <paramref name="AtTheEnd"/>, with the arithmetic.</param>
/// <param name="Windows">Every measurement, in order.</param>
public sealed record Assessment(
    string Metric, string Judge, string Version, Verdict? Verdict, Verdict AtTheEnd, int? DecidedAt, string Reason,
    ImmutableArray<AssessedWindow> Windows)
{
    private const string NotCompared = "not compared: no measurement has stable";

    private static readonly Past NoPast = new Past.NoData("the measurement says none");

    /// <summary>
    /// As of a metric of the background, which is measured for as long as the rollout moves: a Fail is final, all else
    /// may change with the next measurement. The readings are those of windows that tile and in which nothing about the
    /// slot has changed.
    /// </summary>
    /// <param name="metric">How it is judged.</param>
    /// <param name="readings">In order.</param>
    /// <param name="alike">How many metrics of the rollout share what it may be wrong by.</param>
    public static Assessment Of(MetricSpec metric, ImmutableArray<SeriesReading> readings, int alike = 1)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var tally = Tally.From(DateTimeOffset.UnixEpoch);
        var windows = ImmutableArray.CreateBuilder<AssessedWindow>(readings.Length);
        foreach (var (reading, stable, past) in readings)
        {
            var window = Analysis.Windows.At(metric, tally, tally.NextWindow);
            var judged = WindowJudge.Judge(
                metric, tally, new(metric.Name, window, reading, stable, past ?? NoPast), undisturbed: true, alike);
            tally = ThresholdJudge.Add(tally, judged);
            windows.Add(new(
                tally.NextWindow, judged.Verdict, judged.Number, judged.Samples, judged.Detail,
                PhaseOf(metric.Limits, tally), judged.Beside?.Seen.Reason));
        }

        var verdict = windows.Count == 0 ? null : windows[^1].Phase;
        var decided = verdict is null ? (int?)null : LastRun(windows);
        var (end, reason) = (verdict ?? Unmeasured(metric.Limits, tally), Why(metric.Limits, tally, verdict));
        if (metric.Compare is not null && tally.Beside is null)
        {
            (end, reason) = metric.Thresholds.IsHard
                ? (end, $"{reason}; {NotCompared}")
                : (Analysis.Verdict.NoData, NotCompared);
        }

        var (judge, version) = By(metric);
        return new(metric.Name, judge, version, verdict, end, decided, reason, windows.DrainToImmutable());
    }

    // The limits of the metric count what each of the others says of a window.
    private static (string Judge, string Version) By(MetricSpec metric)
    {
        return metric switch
        {
            { History: not null } => (Judges.History, And(SeasonalJudge.Version)),
            { Compare: not null, Source: MetricSource.Histogram } => (Judges.Histogram, And(LatencyJudge.Version)),
            { Compare: not null } => (Judges.Sequential, And(SequentialJudge.Version)),
            _ => (Judges.Threshold, ThresholdJudge.Version),
        };

        static string And(string version) => $"{ThresholdJudge.Version}+{version}";
    }

    // What was inconclusive holds a rollout until it passes again, and not for good.
    private static Verdict? PhaseOf(MetricLimits limits, Tally tally) =>
        ThresholdJudge.Assess(limits, tally) switch
        {
            Analysis.Verdict.Inconclusive when tally.PassedInRow > 0
                && !ThresholdJudge.IsWithoutItsRow(limits, tally) => null,
            var phase => phase,
        };

    private static int LastRun(ImmutableArray<AssessedWindow>.Builder windows)
    {
        var first = windows.Count;
        while (first > 1 && windows[first - 2].Phase == windows[^1].Phase) first--;
        return first;
    }

    private static Verdict Unmeasured(MetricLimits limits, Tally tally) =>
        tally.Measured > 0 ? ThresholdJudge.AtTheEnd(limits, tally)
        : tally.Errors > 0 ? Analysis.Verdict.Error
        : Analysis.Verdict.NoData;

    internal static string Why(MetricLimits limits, Tally tally, Verdict? verdict) => (
        verdict ?? Unmeasured(limits, tally)) switch
    {
        Analysis.Verdict.Fail when tally.Beside is { Seen: { Comparison: Comparison.Worse } seen } =>
            $"worse than what is stable: {seen.Reason}",
        Analysis.Verdict.Fail => Text($"{tally.Failed} failed, {limits.FailureLimit} may"),
        Analysis.Verdict.Inconclusive when verdict is not null && tally.Inconclusive > limits.InconclusiveLimit =>
            Text($"{tally.Inconclusive} are inconclusive, {limits.InconclusiveLimit} may be"),
        Analysis.Verdict.Inconclusive when tally.Passed > 0 => Text(
            $"{tally.LongestRow} of {tally.Measured} passed in a row, {limits.ConsecutiveSuccessLimit} are needed"),
        Analysis.Verdict.Inconclusive => Text($"none of {tally.Measured} passed"),
        Analysis.Verdict.Error when tally.ErrorsInRow > limits.ConsecutiveErrorLimit =>
            Text($"{tally.ErrorsInRow} errors in a row, {limits.ConsecutiveErrorLimit} may be"),
        Analysis.Verdict.NoData when tally.NoDataInRow > limits.NoDataLimit =>
            Text($"{tally.NoDataInRow} in a row without data, {limits.NoDataLimit} may be"),
        Analysis.Verdict.Error or Analysis.Verdict.NoData when verdict is not null =>
            Text($"{tally.UnusableInRow} in a row without a number"),
        Analysis.Verdict.Error or Analysis.Verdict.NoData =>
            Text($"none has a number: {tally.NoData} without data, {tally.Errors} errors"),
        Analysis.Verdict.Pass when limits.ConsecutiveSuccessLimit is { } row && tally.PassedInRow >= row =>
            Text($"{tally.PassedInRow} passed in a row, {row} are needed"),
        _ => Text($"{tally.Passed} of {tally.Measured} passed, within the limits"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
