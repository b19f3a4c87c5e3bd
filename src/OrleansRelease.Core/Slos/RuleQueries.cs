using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// The two counts of one tile as PromQL. Either both are there or none is: an absent count is no zero, or a misspelt
/// metric would be a success.
/// </summary>
internal sealed record RuleQueries(string Bad, string Total)
{
    /// <summary>One of both: the queries, or why there are none.</summary>
    public static (RuleQueries? Queries, Refusal? Refusal) Of(Slo slo)
    {
        if (slo.Source is not MetricSource.Ratio)
        {
            return (null, new(
                RefusalCodes.NoRules, $"{slo.Metric} of the SLO {slo.Name} is not counted by queries",
                "an SLO of a metric with ratio: {bad: QUERY, total: QUERY}"));
        }

        if (SloCounts.Of(slo, Duration.Format(slo.Interval)) is not var (query, isGood, all))
        {
            return (null, new(
                RefusalCodes.NoRules,
                $"a query of {slo.Metric} of the SLO {slo.Name} cannot be asked for all versions",
                "LABEL=\"{{version}}\" and [{{window}}], and neither {{version}} elsewhere nor {{windowStart}}"));
        }

        if (new[] { query, all }.Any(one => !Brackets.AreClosed(one)))
        {
            return (null, new(
                RefusalCodes.NoRules, $"a query of {slo.Metric} of the SLO {slo.Name} has brackets that are not closed",
                "PromQL, as promtool reads it"));
        }

        var (counted, total) = (Sum(query), Sum(all));
        return (isGood ? new($"{total} - {counted}", $"{total} and {counted}")
            : new($"{counted} and {total}", $"{total} and {counted}"), null);
    }

    // What may end in a comment must not take the bracket with it.
    private static string Sum(string query) =>
        query.Contains('#', StringComparison.Ordinal) ? $"sum({query}\n)" : $"sum({query})";
}
