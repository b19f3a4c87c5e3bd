using System.Globalization;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// Whether an objective can page. A full outage burns 1 / (1 - objective) times as fast as the budget lasts: where no
/// page asks for so little, an outage wakes nobody and convicts nobody.
/// </summary>
public static class Paging
{
    /// <summary>Why not even an outage pages, and what would be right; null where one does.</summary>
    /// <param name="objective">The share of requests that shall be good, below 1.</param>
    /// <param name="period">For which the budget is.</param>
    public static (string Reason, string Expected)? ProblemOf(Quantity objective, TimeSpan period)
    {
        var needed = BurnPair.For(period).Where(pair => pair.Severity == BurnSeverity.Page)
            .Min(pair => pair.FactorFor(period));
        var outage = (double)(1 / (1 - objective.Value));
        if (outage > needed) return null;
        return (
            string.Create(CultureInfo.InvariantCulture,
                $"a full outage burns a budget of {objective} only {outage:0.#} times as fast as it lasts, and over "
                + $"{Duration.Format(period)} it takes more than {needed:0.#} to page"),
            $"a shorter window, such as {Duration.Format(BuiltIn.SloWindow)}, or a higher objective");
    }
}
