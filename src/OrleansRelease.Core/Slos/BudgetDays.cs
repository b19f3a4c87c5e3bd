using System.Collections.Immutable;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// The counts of an objective's period in equal stretches of about a day, so that one question gives all of them, and
/// when the first of them was.
/// </summary>
public static class BudgetDays
{
    /// <summary>
    /// How long each stretch is: whole seconds, and the period is a whole number of them but for seconds.
    /// </summary>
    public static TimeSpan StepOf(Slo slo)
    {
        ArgumentNullException.ThrowIfNull(slo);
        return TimeSpan.FromSeconds(Math.Floor(slo.Window.TotalSeconds / Math.Ceiling(slo.Window.TotalDays)));
    }

    /// <summary>
    /// Both counts of each stretch, by its end. A stretch without a total has none. One without bad ones beside a total
    /// had none of them; one without good ones says nothing: that all were bad, nobody has counted.
    /// </summary>
    public static TileSeries Series(
        Slo slo, bool isGood, IReadOnlyDictionary<DateTimeOffset, double> counted,
        IReadOnlyDictionary<DateTimeOffset, double> totals)
    {
        ArgumentNullException.ThrowIfNull(counted);
        ArgumentNullException.ThrowIfNull(totals);
        return new TileSeries(
            StepOf(slo),
            [
                .. totals.Where(total => !isGood || counted.ContainsKey(total.Key)).OrderBy(total => total.Key)
                    .Select(total => new Tile(
                        total.Key,
                        BadOf(isGood, counted.GetValueOrDefault(total.Key), total.Value),
                        total.Value)),
            ]);
    }

    // Each sum is extrapolated for itself: a hair more than all is all of them. More than that contradicts.
    private static double BadOf(bool isGood, double counted, double total)
    {
        if (counted > total && counted <= total * 1.001) counted = total;
        return isGood ? total - counted : counted;
    }
}
