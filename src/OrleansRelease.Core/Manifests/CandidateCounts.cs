using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>The two queries by which an objective counts the requests of one version alone.</summary>
public static class CandidateCounts
{
    /// <summary>Of the version that a rollout brings, over stretches of one length; or why there are none.</summary>
    public static (SloCounts? Counts, string? Problem) Of(Slo slo, RolloutSpec spec, string length)
    {
        ArgumentNullException.ThrowIfNull(slo);
        ArgumentNullException.ThrowIfNull(spec);
        if (slo.Source is not MetricSource.Ratio ratio) return (null, $"{slo.Metric} is not counted by queries");
        var language = spec.Metrics?.Adapter == MetricsConnection.Prometheus
            ? QueryLanguage.PromQl
            : QueryLanguage.Address;
        var fill = new Fill($"{spec.Service}", $"{spec.Environment}", spec.Version);
        var (counted, total) = (Filled(ratio.Bad ?? ratio.Good!), Filled(ratio.Total));
        return (counted.Problem ?? total.Problem) is { } problem
            ? (null, problem)
            : (new SloCounts(counted.Query!, ratio.Bad is null, total.Query!), null);

        (string? Query, string? Problem) Filled(string text)
        {
            // Its arguments were filled in when the objective was resolved.
            var (query, wrong) = fill.Query(text, language, ImmutableSortedDictionary<string, string>.Empty);
            return (query?.Replace("{{window}}", length, StringComparison.Ordinal).Trim(), wrong);
        }
    }
}
