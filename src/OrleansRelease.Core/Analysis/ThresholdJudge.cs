using System.Globalization;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Analysis;

/// <summary>Judges one measurement by fixed limits, and a metric by how many of its measurements were bad.</summary>
public static class ThresholdJudge
{
    /// <summary>
    /// Another number stands for other arithmetic, of one measurement or of the limits of a metric; 2 wants the row
    /// within the count.
    /// </summary>
    public const string Version = "threshold/2";

    /// <summary>
    /// Which one judged in decisions of this version: they have no judge's on record. Whoever raises the one above adds
    /// from which on.
    /// </summary>
    public static string VersionBy(int deciderVersion) => deciderVersion < 5 ? "threshold/1" : "threshold/2";

    /// <summary>More digits than this are noise.</summary>
    private const int MostFiner = 12;

    /// <summary>Of latencies what is told is how long the slowest of a hundred may have taken.</summary>
    private const double ToldShare = 0.99;

    /// <summary>
    /// The verdict for one measurement. <paramref name="undisturbed"/> says that nothing about the slot changed during
    /// its window: a window that overlaps a change can convict, but never acquits.
    /// </summary>
    public static Judged Judge(MetricSpec metric, Measurement measurement, bool undisturbed)
    {
        var (verdict, number, samples, detail) = measurement.Reading switch
        {
            Reading.NoData none => (Verdict.NoData, (double?)null, (double?)null, none.Reason),
            Reading.Error error => (Verdict.Error, null, null, error.Reason),
            Reading.Counts counts => JudgeCounts(metric, counts),
            Reading.Buckets buckets => JudgeLatencies(metric, buckets.Latencies),
            Reading.Checked seen => (seen.Holds ? Verdict.Pass : Verdict.Fail, null, null, seen.Words),
            Reading.Value value => JudgeNumber(metric.Thresholds, metric.Unit, value.Number, null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return new(
            measurement.Metric, measurement.Window, verdict, number, samples, detail,
            Counted: undisturbed || verdict == Verdict.Fail);
    }

    /// <summary>The tally after one judged window; a window that does not count only moves the tally on.</summary>
    public static Tally Add(Tally tally, Judged judged)
    {
        var isBurn = BurnOf.IsName(judged.Metric);
        var most = isBurn ? BurnOf.KeptLooks : Tally.RecentWindows;
        var recent = tally.Recent.Length < most
            ? tally.Recent
            : tally.Recent.RemoveRange(0, tally.Recent.Length - most + 1);
        // Of a burn the windows overlap: the newest look says what people want to know, of others the verdict does.
        if (isBurn && recent is [.., var last])
            recent = recent.SetItem(recent.Length - 1, last with { Burn = null, Detail = "" });
        tally = tally with
        {
            NextWindow = judged.Window.Number + 1,
            // What it shows grows from window to window: the newest says it all.
            Recent = recent.Add(judged with { Beside = null, Past = null }),
            Beside = judged.Beside ?? tally.Beside,
        };
        if (!judged.Counted) return tally;
        return judged.Verdict switch
        {
            Verdict.Pass => Usable(tally) with
            {
                Passed = tally.Passed + 1,
                PassedInRow = tally.PassedInRow + 1,
                MostPassedInRow = Math.Max(tally.MostPassedInRow, tally.PassedInRow + 1),
                Covered = judged.Window.Start >= tally.CoveredFrom
                    ? tally.Covered + (judged.Window.End - judged.Window.Start)
                    : tally.Covered,
            },
            Verdict.Fail => Usable(tally) with { Failed = tally.Failed + 1, PassedInRow = 0 },
            Verdict.Inconclusive => Usable(tally) with
            {
                Inconclusive = tally.Inconclusive + 1,
                PassedInRow = 0,
            },
            Verdict.NoData => tally with
            {
                NoData = tally.NoData + 1,
                PassedInRow = 0,
                NoDataInRow = tally.NoDataInRow + 1,
                ErrorsInRow = 0,
                UnusableInRow = tally.UnusableInRow + 1,
            },
            Verdict.Error => tally with
            {
                Errors = tally.Errors + 1,
                PassedInRow = 0,
                ErrorsInRow = tally.ErrorsInRow + 1,
                NoDataInRow = 0,
                UnusableInRow = tally.UnusableInRow + 1,
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The metric's verdict so far, or null while its limits leave it open.</summary>
    public static Verdict? Assess(MetricLimits limits, Tally tally)
    {
        // What a comparison shows rests on all windows so far: no second one is waited for.
        if (tally.Failed > limits.FailureLimit || tally.Beside is { Seen.Comparison: Comparison.Worse })
            return Verdict.Fail;
        if (tally.Inconclusive > limits.InconclusiveLimit) return Verdict.Inconclusive;
        if (tally.ErrorsInRow > limits.ConsecutiveErrorLimit) return Verdict.Error;
        if (tally.NoDataInRow > limits.NoDataLimit) return Verdict.NoData;
        // Sources that alternate between the two would otherwise never reach either limit.
        if (tally.UnusableInRow > Math.Max(limits.NoDataLimit, limits.ConsecutiveErrorLimit))
            return tally.ErrorsInRow > 0 ? Verdict.Error : Verdict.NoData;
        if (limits.ConsecutiveSuccessLimit is { } inRow && tally.PassedInRow >= inRow) return Verdict.Pass;
        return limits.Count is { } count && tally.Measured >= count ? AtTheEnd(limits, tally) : null;
    }

    /// <summary>All measurements are in, and never were as many good ones in a row as are wanted.</summary>
    public static bool IsWithoutItsRow(MetricLimits limits, Tally tally) =>
        tally.Measured >= limits.Count && tally.LongestRow < limits.ConsecutiveSuccessLimit;

    /// <summary>
    /// What it is if nothing more is measured: it was within the limits, but something must have passed, and where a
    /// row of good ones is wanted it must have been there, some time.
    /// </summary>
    public static Verdict AtTheEnd(MetricLimits limits, Tally tally) =>
        tally.Passed > 0 && !(tally.LongestRow < limits.ConsecutiveSuccessLimit) ? Verdict.Pass : Verdict.Inconclusive;

    private static Tally Usable(Tally tally) =>
        tally with { NoDataInRow = 0, ErrorsInRow = 0, UnusableInRow = 0 };

    private static (Verdict, double?, double?, string) JudgeCounts(MetricSpec metric, Reading.Counts counts)
    {
        if (!double.IsFinite(counts.Bad) || !double.IsFinite(counts.Total) || counts.Bad < 0 || counts.Total < 0
            || counts.Bad > counts.Total)
        {
            return (Verdict.Error, null, null, "the counts contradict each other");
        }

        if (TooFew(metric, counts.Total) is { } tooFew) return (Verdict.NoData, null, counts.Total, tooFew);
        // A most is of the bad ones, a least of the good ones: of 2 % bad ones, 98 % are good.
        var (share, most) = (counts.Bad / counts.Total, metric.Thresholds with { Min = null });
        if (metric.Thresholds.Min is not { } least) return JudgeNumber(most, metric.Unit, share, counts.Total);
        var good = JudgeNumber(
            new(null, least, null), metric.Unit, (counts.Total - counts.Bad) / counts.Total, counts.Total);
        return good.Item1 == Verdict.Fail || !most.IsHard
            ? good
            : JudgeNumber(most, metric.Unit, share, counts.Total);
    }

    // Latencies have no limits of their own: they are there, and are compared.
    private static (Verdict, double?, double?, string) JudgeLatencies(MetricSpec metric, Histogram latencies)
    {
        if (!latencies.IsConsistent) return (Verdict.Error, null, null, BesideLatencies.Contradiction);
        var total = latencies.Total!.Value;
        if (TooFew(metric, total) is { } tooFew) return (Verdict.NoData, null, total, tooFew);
        return (Verdict.Pass, null, total, latencies.Within(ToldShare) is { } bound
            ? $"99 of 100 within {Format(bound, Unit.Seconds)}"
            : "more than 1 of 100 above the highest bound");
    }

    private static string? TooFew(MetricSpec metric, double total) =>
        total > 0 && total >= metric.Limits.MinSamples
            ? null
            : string.Create(
                CultureInfo.InvariantCulture, $"{total:0} samples, {Math.Max(1, metric.Limits.MinSamples)} are needed");

    private static (Verdict, double?, double?, string) JudgeNumber(
        Thresholds thresholds, Unit unit, double number, double? samples)
    {
        if (double.IsNaN(number)) return (Verdict.NoData, null, samples, "not a number");
        if (double.IsInfinity(number)) return (Verdict.Error, null, samples, "infinite");
        var (max, min, failAbove) = thresholds;
        if (failAbove is { } hard && number > hard)
            return (Verdict.Fail, number, samples, Compared(number, ">", hard, unit));
        if (min is { } low && number < low)
            return (Verdict.Fail, number, samples, Compared(number, "<", low, unit));
        if (max is { } high && number > high)
        {
            return (failAbove is null ? Verdict.Fail : Verdict.Inconclusive, number, samples,
                Compared(number, ">", high, unit));
        }

        return (Verdict.Pass, number, samples, Format(number, unit));
    }

    /// <summary>With as many digits as it takes to see the difference.</summary>
    private static string Compared(double number, string sign, double limit, Unit unit)
    {
        var finer = 0;
        while (finer < MostFiner && Format(number, unit, finer) == Format(limit, unit, finer)) finer++;
        return $"{Format(number, unit, finer)} {sign} {Format(limit, unit, finer)}";
    }

    /// <summary>A number as people read it in the metric's unit, with so many digits more than usual.</summary>
    public static string Format(double number, Unit unit, int finer = 0) => unit switch
    {
        Unit.Ratio => Digits(number * 100, 2 + finer) + " %",
        Unit.Seconds when number < 1 => Digits(number * 1000, 1 + finer) + " ms",
        Unit.Seconds => Digits(number, 2 + finer) + " s",
        Unit.Bytes => Digits(number, finer) + " B",
        Unit.PerSecond => Digits(number, 2 + finer) + "/s",
        _ => Digits(number, 2 + finer),
    };

    private static string Digits(double number, int most) =>
        number.ToString("0." + new string('#', most), CultureInfo.InvariantCulture);
}
