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

    /// <summary>Both counts of each stretch, by its end.</summary>
    public static TileSeries Series(
        Slo slo, bool isGood, IReadOnlyDictionary<DateTimeOffset, double> counted,
        IReadOnlyDictionary<DateTimeOffset, double> totals)
    {
        ArgumentNullException.ThrowIfNull(counted);
        ArgumentNullException.ThrowIfNull(totals);
        return new TileSeries(StepOf(slo), CountedTiles.Of(isGood, counted, totals));
    }
}
