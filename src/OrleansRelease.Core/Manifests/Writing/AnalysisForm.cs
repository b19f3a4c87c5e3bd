using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Kind AnalysisTemplate in the long form, and templates where they are used.</summary>
internal static class AnalysisForm
{
    public static TextNode Of(AnalysisTemplateSpec spec) => new MapBuilder()
        .AddMap("args", spec.Args, text => new TextNode.Scalar(text))
        .Add("defaults", spec.Defaults is { } defaults ? Limits(new MapBuilder(), defaults).ToMap() : null)
        .AddList<MetricDefinition>("metrics", spec.Metrics, Metric)
        .ToMap();

    public static TextNode Use(AnalysisUse use) => new MapBuilder()
        .Add("template", use.Template)
        .AddMap("args", use.Args, text => new TextNode.Scalar(text))
        .AddMap("metrics", use.Metrics, Override)
        .ToMap();

    private static TextNode Override(MetricOverride different) =>
        Limits(Thresholds(new MapBuilder(), different.Thresholds), different.Limits)
            .Add("dryRun", different.DryRun)
            .Add("compare", Compare(different.Compare))
            .Add("history", History(different.History))
            .ToMap();

    private static TextNode Metric(MetricDefinition metric)
    {
        var map = new MapBuilder().Add("name", metric.Name);
        map = metric.Source switch
        {
            MetricSource.Query query => map.Add("query", query.Text),
            MetricSource.Ratio ratio => map.Add("ratio", new MapBuilder()
                .Add("bad", ratio.Bad).Add("good", ratio.Good).Add("total", ratio.Total).ToMap()),
            MetricSource.Histogram histogram => map.Add("histogram", histogram.Text),
            MetricSource.Target target => map.Add("target", target.Counter),
            MetricSource.Traffic traffic => map.Add("traffic", traffic.Counter),
            MetricSource.Monitor monitor => map.Add("monitor", monitor.Name),
            _ => throw new UnreachableException(),
        };
        map.Add("unit", metric.Unit is { } unit ? Texts.ToWord(unit.ToString()) : null);
        return Limits(Thresholds(map, metric.Thresholds), metric.Limits)
            .Add("dryRun", metric.DryRun).Add("compare", Compare(metric.Compare))
            .Add("history", History(metric.History)).ToMap();
    }

    private static TextNode.Map? Compare(CompareSpec? spec) => spec is null
        ? null
        : new MapBuilder().Add("to", Texts.ToWord($"{spec.To}")).Add("margin", Quantity(spec.Margin)).ToMap();

    private static TextNode.Map? History(HistorySpec? spec) => spec is null
        ? null
        : new MapBuilder()
            .Add("days", spec.Days)
            .Add("tolerance", Quantity(spec.Tolerance))
            .Add("bad", spec.Bad is { } bad ? Texts.ToWord($"{bad}") : null)
            .ToMap();

    private static MapBuilder Thresholds(MapBuilder map, ThresholdsSpec? spec) => map
        .Add("max", Quantity(spec?.Max))
        .Add("min", Quantity(spec?.Min))
        .Add("failAbove", Quantity(spec?.FailAbove));

    internal static TextNode.Scalar? Quantity(Quantity? quantity) =>
        quantity is { } said ? new TextNode.Scalar(said.ToString(), IsWord: true) : null;

    private static MapBuilder Limits(MapBuilder map, LimitsSpec? spec) => map
        .Add("interval", spec?.Interval)
        .Add("timeout", spec?.Timeout)
        .Add("initialDelay", spec?.InitialDelay)
        .Add("count", spec?.Count)
        .Add("failureLimit", spec?.FailureLimit)
        .Add("inconclusiveLimit", spec?.InconclusiveLimit)
        .Add("noDataLimit", spec?.NoDataLimit)
        .Add("consecutiveErrorLimit", spec?.ConsecutiveErrorLimit)
        .Add("consecutiveSuccessLimit", spec?.ConsecutiveSuccessLimit)
        .Add("minSamples", spec?.MinSamples);
}
