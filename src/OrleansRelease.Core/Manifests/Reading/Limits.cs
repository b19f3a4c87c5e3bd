using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>The limits of a metric: how often, how many, and between which values.</summary>
internal static class Limits
{
    public const int MaxCount = 1_000_000;

    public static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Takes the limit fields of an object that may hold others; null when none is there. What is not said here holds
    /// as <paramref name="defaults"/> say it.
    /// </summary>
    public static LimitsSpec? Take(Fields fields, LimitsSpec? defaults = null)
    {
        var (interval, timeout) = (fields.Take("interval"), fields.Take("timeout"));
        var limits = new LimitsSpec(
            Interval(interval),
            timeout?.Duration(positive: true),
            fields.Take("initialDelay")?.Duration(),
            fields.Take("count")?.Whole(1, MaxCount),
            fields.Take("failureLimit")?.Whole(0, MaxCount),
            fields.Take("inconclusiveLimit")?.Whole(0, MaxCount),
            fields.Take("noDataLimit")?.Whole(0, MaxCount),
            fields.Take("consecutiveErrorLimit")?.Whole(0, MaxCount),
            fields.Take("consecutiveSuccessLimit")?.Whole(1, MaxCount),
            fields.Take("minSamples")?.Whole(0, int.MaxValue));
        CheckTimeout(limits, defaults, interval, timeout);
        return limits == LimitsSpec.None ? null : limits;
    }

    /// <summary>
    /// Takes max, min and failAbove; with the metric's unit known they are checked against it, and where
    /// <paramref name="isOneNumber"/> against one another.
    /// </summary>
    public static ThresholdsSpec? TakeThresholds(Fields fields, Analysis.Unit? unit, bool isOneNumber)
    {
        var (max, min, failAbove) = (fields.Take("max"), fields.Take("min"), fields.Take("failAbove"));
        var thresholds = new ThresholdsSpec(Read(max, unit), Read(min, unit), Read(failAbove, unit));
        if (isOneNumber && thresholds is { Max: { } high, Min: { } low }
            && high.Kind == low.Kind && low.Value > high.Value)
        {
            min!.Report(ProblemCode.Conflict, $"min is above max {high}, nothing can pass", $"at most {high}");
        }

        if (thresholds is { Max: { } top, FailAbove: { } fail } && top.Kind == fail.Kind && fail.Value <= top.Value)
            failAbove!.Report(ProblemCode.Conflict, $"failAbove is not above max {top}", $"more than {top}");
        // Where a template is used, max may be the template's own.
        if (unit is not null && failAbove is not null && max is null)
        {
            failAbove.ReportKey(ProblemCode.Conflict,
                "failAbove needs max: between the two a measurement is inconclusive", "max: as well");
        }

        return thresholds == ThresholdsSpec.None ? null : thresholds;
    }

    // The next window is asked for when this one is answered: later and later, if that takes longer than a window.
    private static void CheckTimeout(LimitsSpec here, LimitsSpec? defaults, Field? intervalAt, Field? timeoutAt)
    {
        if ((here.Interval ?? defaults?.Interval) is not { } interval) return;
        if ((here.Timeout ?? defaults?.Timeout) is not { } timeout || timeout <= interval) return;
        if (here.Timeout is not null)
        {
            timeoutAt!.Report(ProblemCode.Conflict,
                $"a query may not take longer than the interval {Duration.Format(interval)}: windows would be read "
                + "later and later", $"at most {Duration.Format(interval)}");
        }
        else if (here.Interval is not null)
        {
            intervalAt!.Report(ProblemCode.Conflict,
                $"a query may take {Duration.Format(timeout)} by the defaults, longer than this: windows would be read "
                + "later and later", $"timeout: {Duration.Format(interval)} as well");
        }
    }

    private static Quantity? Read(Field? field, Analysis.Unit? unit)
    {
        if (field?.Quantity() is not { } quantity) return null;
        if (unit is null) return quantity;
        if (UnitRules.Mismatch(unit.Value, quantity) is not { } expected) return quantity;
        field.Report(
            unit == Analysis.Unit.Ratio ? ProblemCode.BadRatio : ProblemCode.BadQuantity,
            $"the metric's unit is {Texts.ToWord(unit.Value.ToString())}", expected);
        return null;
    }

    private static TimeSpan? Interval(Field? field)
    {
        if (field?.Duration() is not { } interval) return null;
        if (interval >= MinInterval) return interval;
        field.Report(ProblemCode.BadDuration, "this is too short to measure in",
            $"{Duration.Format(MinInterval)} or more");
        return null;
    }
}
