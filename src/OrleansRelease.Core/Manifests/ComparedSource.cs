using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>Where the numbers of the stable version come from: the same queries, its version filled in.</summary>
public static class ComparedSource
{
    /// <summary>The source, or why there can be none for this version.</summary>
    public static (MetricSource? Source, string? Problem) Of(
        ComparedTo compare, RolloutSpec spec, VersionName stable)
    {
        ArgumentNullException.ThrowIfNull(compare);
        ArgumentNullException.ThrowIfNull(spec);
        if (!compare.Source.IsQueried) return (compare.Source, null);
        var language = spec.Metrics?.Adapter == MetricsConnection.Prometheus
            ? QueryLanguage.PromQl
            : QueryLanguage.Address;
        var fill = new Fill($"{spec.Service}", $"{spec.Environment}", stable);
        if (compare.Source is MetricSource.Histogram(var text))
        {
            var (query, wrong) = Filled(text);
            return wrong is null ? (new MetricSource.Histogram(query!), null) : (null, wrong);
        }

        if (compare.Source is not MetricSource.Ratio ratio) return (compare.Source, null);
        var (bad, good, total) = (Filled(ratio.Bad), Filled(ratio.Good), Filled(ratio.Total));
        return (bad.Problem ?? good.Problem ?? total.Problem) is { } problem
            ? (null, problem)
            : (new MetricSource.Ratio(bad.Query, good.Query, total.Query!), null);

        (string? Query, string? Problem) Filled(string? text) =>
            text is null ? (null, null) : fill.Query(text, language, compare.Args);
    }
}
