using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests.Resolving;

namespace OrleansRelease.Core.Manifests;

/// <summary>The metrics of a template wherever it will be used: with every limit, queries as written.</summary>
public static class TemplateMetrics
{
    public static (ImmutableArray<MetricSpec> Metrics, ImmutableArray<Refusal> Refusals) Of(
        AnalysisTemplateManifest template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var ledger = new Ledger();
        var metrics = new MetricResolver(_ => template, from: null, ledger, new Fill("", "", null)).Resolve(
            [new AnalysisUse(template.Name)], template.Name, $"template {template.Name}", count: null);
        return (metrics, [.. ledger.Refusals]);
    }
}
