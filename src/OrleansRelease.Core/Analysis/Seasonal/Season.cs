using System.Collections.Immutable;
using System.Globalization;
using MathNet.Numerics.Statistics;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Analysis.Seasonal;

/// <summary>
/// Makes of a service's past what is usual at one time. The values around the same time of each day back are put to
/// today's level: multiplied by the median of the hours before the rollout over the median of the same hours of their
/// day. So a trend, a deploy that has shifted the level, and most of what a day of the week does are no difference.
/// Centre and spread are the median and the median absolute deviation, consistent with a normal standard deviation by
/// the factor 1.4826 (F. R. Hampel, The influence curve and its role in robust estimation, JASA 69, 1974): nearly half
/// of the values may be of incidents. That a day is held against its own morning is a difference in differences
/// (O. Ashenfelter, D. Card, 1985).
/// </summary>
/// <remarks>Days have 24 hours here: across a change to or from daylight saving time, what is compared is an hour off.
/// </remarks>
public static class Season
{
    /// <summary>Fewer days say nothing about how much they differ.</summary>
    public const int FewestDays = 5;

    public const int LeastDays = 7;

    public const int MostDays = 28;

    /// <summary>Makes the median absolute deviation of normal values their standard deviation: 1 / Φ⁻¹(3/4).</summary>
    public const double Consistency = 1.4826;

    /// <summary>The hours before the rollout that say how high the level is.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromHours(3);

    /// <summary>How far a value may be from the same time of its day.</summary>
    public static readonly TimeSpan Around = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Between two values: no source is asked for more than 1,400.</summary>
    public static TimeSpan StepOf(int days) => TimeSpan.FromMinutes(days <= 14 ? 15 : 30);

    /// <summary>The stretch of the past that is asked for, once for a rollout.</summary>
    /// <param name="days">How many days back.</param>
    /// <param name="began">When the first window began, and so the new version had requests.</param>
    public static (DateTimeOffset Start, DateTimeOffset End) Stretch(int days, DateTimeOffset began) =>
        (began - (Day * days) - Before, began);

    /// <summary>When the first window of a metric began, by any of its windows.</summary>
    public static DateTimeOffset BeganOf(MetricSpec metric, Window window)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(window);
        return window.Start - (metric.Limits.Interval * window.Number) - metric.Limits.InitialDelay;
    }

    /// <summary>What is usual at a time, or why nobody can say it.</summary>
    /// <param name="points">In the order of time; what is not finite is left out.</param>
    /// <param name="days">How many days back.</param>
    /// <param name="began">When the new version had its first requests: nothing later is of the past.</param>
    /// <param name="at">The end of the window that is judged.</param>
    public static Past At(ImmutableArray<PastPoint> points, int days, DateTimeOffset began, DateTimeOffset at)
    {
        var series = new Series(points, began);
        var least = (int)(Before / StepOf(days) / 2);
        var hours = series.Within(began - Before, began);
        if (hours.Length < least)
            return new Past.NoData(TooFew("the hours before the rollout have", hours.Length, "values", least));
        var level = hours.Median();
        var comparable = Enumerable.Range(1, days).Select(back => DayBack(series, back, began, at, least))
            .OfType<EarlierDay>().ToList();
        if (comparable.Count < FewestDays)
            return new Past.NoData(TooFew("the past has", comparable.Count, "comparable days", FewestDays));
        return Usual(comparable, level);
    }

    /// <summary>
    /// The same by one number of each day, at the same time and at the level that the service has today: whoever gives
    /// them has seen to that.
    /// </summary>
    /// <param name="days">From old to new, the last one of yesterday; what is not finite is left out.</param>
    public static Past At(IReadOnlyList<double?> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        var comparable = Enumerable.Range(1, days.Count)
            .Select(back => (Back: back, Number: days[days.Count - back] ?? double.NaN))
            .Where(day => double.IsFinite(day.Number))
            .Select(day => new EarlierDay(day.Back, 1, [day.Number])).ToList();
        if (comparable.Count < FewestDays)
            return new Past.NoData(TooFew("the past has", comparable.Count, "comparable days", FewestDays));
        var past = Usual(comparable, 1);
        return past is Past.Usual usual ? usual with { Level = usual.Centre } : past;
    }

    private static Past Usual(List<EarlierDay> comparable, double level)
    {
        // What is zero has no ratio to anything. A day or two with an outage are left out; else they are differences.
        var positive = comparable.FindAll(day => day.Level > 0 && Array.TrueForAll(day.Values, value => value > 0));
        var isRatio = level > 0 && positive.Count >= FewestDays && positive.Count * 4 >= comparable.Count * 3;
        if (isRatio) comparable = positive;
        var values = Put(comparable);
        var sameWeekday = Put(comparable.Where(day => day.Back % 7 == 0));
        var centre = values.Median();
        var spread = Consistency * values.Select(value => Math.Abs(value - centre)).Median();
        if (!double.IsFinite(centre) || !double.IsFinite(spread))
            return new Past.NoData("numbers of the past are too large to compare with");
        return new Past.Usual(
            centre, spread, comparable.Count, values.Length,
            sameWeekday.Length > 0 && sameWeekday.Median() is var weekday && double.IsFinite(weekday) ? weekday : null,
            level);

        double[] Put(IEnumerable<EarlierDay> days) =>
        [
            .. days.SelectMany(day => day.Values.Select(value =>
                isRatio ? value * (level / day.Level) : value + (level - day.Level))),
        ];
    }

    // A time that lies after the beginning of the rollout is none of the past, even days later.
    private static EarlierDay? DayBack(Series series, int back, DateTimeOffset began, DateTimeOffset at, int least)
    {
        if (at - (Day * back) > began) return null;
        var hours = series.Within(began - (Day * back) - Before, began - (Day * back));
        var values = series.Within(at - (Day * back) - Around, at - (Day * back) + Around);
        return hours.Length >= least && values.Length > 0 ? new(back, hours.Median(), values) : null;
    }

    private static string TooFew(string what, int there, string of, int needed) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {there} {of}, {needed} are needed");

    private sealed record EarlierDay(int Back, double Level, double[] Values);

    /// <summary>The finite numbers from before the rollout.</summary>
    private sealed class Series(ImmutableArray<PastPoint> points, DateTimeOffset began)
    {
        private readonly PastPoint[] _points =
            [.. points.Where(point => point.At <= began && double.IsFinite(point.Number))];

        /// <summary>After one time up to another.</summary>
        public double[] Within(DateTimeOffset after, DateTimeOffset upTo) =>
            [.. _points[CountUpTo(after)..CountUpTo(upTo)].Select(point => point.Number)];

        private int CountUpTo(DateTimeOffset time) =>
            InOrder.CountUpTo<PastPoint>(_points, static point => point.At, time);
    }
}
