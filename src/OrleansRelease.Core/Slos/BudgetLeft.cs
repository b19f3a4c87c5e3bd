using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Slos;

/// <summary>What is left of an error budget at one time, or why nobody knows.</summary>
[JsonDerivedType(typeof(Measured), "measured")]
[JsonDerivedType(typeof(NoHistory), "no-history")]
[JsonDerivedType(typeof(NotAsked), "not-asked")]
[JsonDerivedType(typeof(Unanswered), "unanswered")]
public abstract record BudgetLeft
{
    private BudgetLeft()
    {
    }

    /// <summary>Counted.</summary>
    /// <param name="Share">Of the whole budget; below 0 when more than all of it is spent.</param>
    /// <param name="OfFullOutage">The same as the time for which everything may still be bad.</param>
    /// <param name="Covered">From the first count in the window until now.</param>
    public sealed record Measured(double Share, TimeSpan OfFullOutage, TimeSpan Covered) : BudgetLeft;

    /// <summary>The source answered that nobody has asked this service anything in the whole window.</summary>
    public sealed record NoHistory : BudgetLeft;

    /// <summary>Nobody has asked the source.</summary>
    public sealed record NotAsked : BudgetLeft;

    /// <summary>The source was asked, and did not answer or contradicts itself.</summary>
    public sealed record Unanswered(string Reason) : BudgetLeft;

    /// <summary>
    /// Spent is the measured share of bad requests for the time since the first count in the window. A gap counts like
    /// what lies around it. The time before the first count has cost nothing: there was no service to fail.
    /// </summary>
    /// <param name="slo">The objective.</param>
    /// <param name="series">The counts of its period.</param>
    /// <param name="now">The end of the period.</param>
    /// <param name="since">When the first count was, where that is known more exactly than by its tile.</param>
    public static BudgetLeft Of(Slo slo, TileSeries series, DateTimeOffset now, DateTimeOffset? since = null)
    {
        ArgumentNullException.ThrowIfNull(slo);
        ArgumentNullException.ThrowIfNull(series);
        var tiles = series.Within(slo.Window, now);
        var (bad, total) = TileSum.Of(tiles);
        if (tiles.IsEmpty || total == 0) return new NoHistory();
        if (!(bad >= 0 && bad <= total && double.IsFinite(total)))
            return new Unanswered("the counts contradict each other");
        var first = since ?? tiles[0].End - series.Interval;
        var covered = first < now - slo.Window ? slo.Window : now - first;
        var spent = bad / total * covered;
        return new Measured(1 - (spent / slo.Budget), slo.Budget - spent, covered);
    }
}
