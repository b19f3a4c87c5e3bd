using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.PromQl;

namespace OrleansRelease.Core.Slos;

/// <summary>The two queries by which a service's own requests are counted, of all its versions; PromQL.</summary>
/// <param name="Counted">The bad ones, or the good ones.</param>
/// <param name="IsGood">Which of both.</param>
/// <param name="Total">All of them.</param>
public sealed record SloCounts(string Counted, bool IsGood, string Total)
{
    /// <summary>Over stretches of one length; null where they cannot be asked for all versions together.</summary>
    public static SloCounts? Of(Slo slo, string length)
    {
        ArgumentNullException.ThrowIfNull(slo);
        if (slo.Source is not MetricSource.Ratio ratio) return null;
        var (counted, total) = (Filled(ratio.Bad ?? ratio.Good!), Filled(ratio.Total));
        return counted.Contains("{{", StringComparison.Ordinal) || total.Contains("{{", StringComparison.Ordinal)
            ? null
            : new SloCounts(counted, ratio.Bad is null, total);

        string Filled(string query) =>
            AllVersions.Of(query).Replace("{{window}}", length, StringComparison.Ordinal).Trim();
    }
}
