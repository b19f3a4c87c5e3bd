using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// The two counts of one tile as PromQL. Either both are there or none is: an absent count is no zero, or a misspelt
/// metric would be a success.
/// </summary>
internal sealed record RuleQueries(string Bad, string Total)
{
    public static RuleQueries? Of(Slo slo, List<Refusal> refusals)
    {
        if (slo.Source is not MetricSource.Ratio)
        {
            refusals.Add(new(
                RefusalCodes.NoRules, $"{slo.Metric} of the SLO {slo.Name} is not counted by queries",
                "an SLO of a metric with ratio: {bad: QUERY, total: QUERY}"));
            return null;
        }

        if (SloCounts.Of(slo, Duration.Format(slo.Interval)) is var (counted, isGood, total))
        {
            return isGood
                ? new($"sum({total}) - sum({counted})", $"sum({total}) and sum({counted})")
                : new($"sum({counted}) and sum({total})", $"sum({total}) and sum({counted})");
        }

        refusals.Add(new(
            RefusalCodes.NoRules, $"a query of {slo.Metric} of the SLO {slo.Name} cannot be asked for all versions",
            "LABEL=\"{{version}}\" and [{{window}}], and neither {{version}} elsewhere nor {{windowStart}}"));
        return null;
    }
}
