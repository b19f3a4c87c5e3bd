using System.Text.RegularExpressions;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// The two counts of one tile as PromQL. Either both are there or none is: an absent count is no zero, or a misspelt
/// metric would be a success.
/// </summary>
internal sealed partial record RuleQueries(string Bad, string Total)
{
    public static RuleQueries? Of(Slo slo, List<Refusal> refusals)
    {
        if (slo.Source is not MetricSource.Ratio ratio)
        {
            refusals.Add(new(
                RefusalCodes.NoRules, $"{slo.Metric} of the SLO {slo.Name} is not counted by queries",
                "an SLO of a metric with ratio: {bad: QUERY, total: QUERY}"));
            return null;
        }

        var total = Filled(slo, ratio.Total, refusals);
        var counted = Filled(slo, ratio.Bad ?? ratio.Good!, refusals);
        if (total is null || counted is null) return null;
        return ratio.Bad is null
            ? new($"sum({total}) - sum({counted})", $"sum({total}) and sum({counted})")
            : new($"sum({counted}) and sum({total})", $"sum({total}) and sum({counted})");
    }

    // All versions together: only where the version stands alone as what a label must be equal to, can it be any.
    private static string? Filled(Slo slo, string query, List<Refusal> refusals)
    {
        var filled = EqualsVersion().Replace(query, "=~\".+\"")
            .Replace("{{window}}", Duration.Format(slo.Interval), StringComparison.Ordinal);
        if (!filled.Contains("{{", StringComparison.Ordinal)) return filled.Trim();
        refusals.Add(new(
            RefusalCodes.NoRules, $"a query of {slo.Metric} of the SLO {slo.Name} cannot be asked for all versions",
            "LABEL=\"{{version}}\" and [{{window}}], and neither {{version}} elsewhere nor {{windowStart}}"));
        return null;
    }

    [GeneratedRegex("""(?<![!=])=\s*["']\{\{version\}\}["']""")]
    private static partial Regex EqualsVersion();
}
