using System.Collections.Immutable;

namespace OrleansRelease.Core.Slos;

/// <summary>How urgent a burn is.</summary>
public enum BurnSeverity
{
    /// <summary>The budget is gone in days: somebody is woken.</summary>
    Page,

    /// <summary>The budget will not last for its period: somebody looks in working hours.</summary>
    Ticket,
}

/// <summary>
/// Two windows that must both burn faster than a factor. The long one says that it matters, the short one that it
/// still goes on. Numbers as in The Site Reliability Workbook (2018), chapter 5, "Multiwindow, Multi-Burn-Rate Alerts";
/// the pair of a day is the usual one between its pages and its ticket.
/// </summary>
/// <param name="Severity">Pairs of one severity are alternatives: one of them is enough.</param>
/// <param name="BudgetPercent">The part of the budget that is gone when it has burned so for the long window.</param>
/// <param name="LongWindow">The long window.</param>
/// <param name="ShortWindow">A twelfth of it.</param>
public sealed record BurnPair(BurnSeverity Severity, decimal BudgetPercent, TimeSpan LongWindow, TimeSpan ShortWindow)
{
    /// <summary>
    /// Slower than this, a budget lasts for its period and a little longer: nobody need hear of it. With 28 days the
    /// slowest pair asks for 0.93; shorter periods go without those that would ask for less.
    /// </summary>
    public const double LeastFactor = 0.9;

    public static readonly ImmutableArray<BurnPair> All =
    [
        new(BurnSeverity.Page, 2, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)),
        new(BurnSeverity.Page, 5, TimeSpan.FromHours(6), TimeSpan.FromMinutes(30)),
        new(BurnSeverity.Ticket, 10, TimeSpan.FromDays(1), TimeSpan.FromHours(2)),
        new(BurnSeverity.Ticket, 10, TimeSpan.FromDays(3), TimeSpan.FromHours(6)),
    ];

    /// <summary>
    /// How many times faster than a budget that just lasts: budget percent / 100 × period / long window.
    /// </summary>
    public double FactorFor(TimeSpan period) => (double)(BudgetPercent / 100 * period.Ticks / LongWindow.Ticks);

    /// <summary>The pairs that mean something for a budget of this period.</summary>
    public static ImmutableArray<BurnPair> For(TimeSpan period) =>
        [.. All.Where(pair => pair.FactorFor(period) >= LeastFactor)];
}
