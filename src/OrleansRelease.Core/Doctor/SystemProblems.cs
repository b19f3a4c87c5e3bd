using System.Globalization;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;

namespace OrleansRelease.Core.Doctor;

/// <summary>What of a report somebody should see to, the weightiest first.</summary>
public static class SystemProblems
{
    /// <summary>Keepers ask every few seconds: what is due for longer is not being looked at.</summary>
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromMinutes(1);

    /// <summary>How many of one sort are counted, overdue ones in each shard: from here on there may be more.</summary>
    public const int MostCounted = 1000;

    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(1);

    public static SystemDiagnosis Of(SystemReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new(report, [.. All(report)]);
    }

    private static IEnumerable<string> All(SystemReport it)
    {
        if (it.StoredEpoch != it.Epoch)
        {
            yield return Text($"the store is in epoch {it.StoredEpoch} and this server works by {it.Epoch}: ")
                + "restart the servers";
        }

        foreach (var server in it.Servers.Where(server => server.NewestFormat < it.Format))
        {
            yield return Text($"{server.Name} knows formats up to {server.NewestFormat}, and {it.Format} is written: ")
                + "stop it, its build is too old";
        }

        foreach (var freeze in it.UnreadableFreezes ?? [])
        {
            yield return $"the freeze of {freeze.Environment} cannot be read: it counts as one until "
                + $"{Readable.Clock(freeze.Until, it.At)}, unless somebody thaws it or freezes anew";
        }

        if (it.Overdue > 0 && it.OldestDue is { } oldest)
        {
            yield return $"{Count(it.Overdue, "is", "are")} overdue, the oldest for {Readable.Age(it.At - oldest)}: "
                + "nobody looks at what is due";
        }

        if (it.Quarantined > 0)
            yield return $"{Count(it.Quarantined, "is", "are")} in quarantine: left alone until somebody says retry";
        if (it.ClockAhead.Duration() > ClocksApart)
        {
            yield return $"this server's clock is {Readable.Age(it.ClockAhead.Duration())} "
                + $"{(it.ClockAhead > TimeSpan.Zero ? "ahead of" : "behind")} the store's";
        }

        if (it.LargeRows > 0)
        {
            yield return $"{Count(it.LargeRows, "is", "are")} larger than {RowLimits.WarnBytes / 1024} KB; at "
                + $"{RowLimits.MaxBytes / 1024} KB nothing but a way back is written";
        }
    }

    private static string Count(long count, string one, string more) =>
        Text($"{count} {(count == 1 ? "row" : "rows")}{(count < MostCounted ? "" : " or more")} ")
        + (count == 1 ? one : more);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
