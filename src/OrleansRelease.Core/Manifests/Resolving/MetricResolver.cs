using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>Resolves templates where they are used into metrics with every limit.</summary>
internal sealed class MetricResolver(
    Func<string, AnalysisTemplateManifest?> template, MetricsChoice? from, Ledger ledger, Fill fill,
    Func<string, MonitorManifest?>? monitor = null)
{
    private static readonly ImmutableSortedDictionary<string, string> NoArgs =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly LimitsResolver _limits = new(ledger);

    private readonly HistoryResolver _history = new(from, ledger, fill);

    private readonly MonitorResolver _monitors = new(monitor, ledger, fill);

    /// <param name="uses">The templates and what is different here.</param>
    /// <param name="path">Where they stand in the long form.</param>
    /// <param name="useOrigin">Where they were written.</param>
    /// <param name="count">Measurements of a metric that says nothing; null for as long as it is asked.</param>
    public ImmutableArray<MetricSpec> Resolve(
        ImmutableArray<AnalysisUse> uses, string path, string useOrigin, int? count)
    {
        var metrics = ImmutableArray.CreateBuilder<MetricSpec>();
        foreach (var use in uses)
        {
            if (Find(use.Template) is not var (spec, templateOrigin))
            {
                ledger.Refuse(RefusalCodes.UnknownTemplate,
                    $"there is no AnalysisTemplate {use.Template}, used by {useOrigin}",
                    $"apply a manifest of kind AnalysisTemplate named {use.Template}");
                continue;
            }

            CheckOverrides(use, spec, useOrigin);
            var args = Args(use, spec, useOrigin);
            foreach (var metric in spec.Metrics)
            {
                metrics.Add(Metric(args, new MetricScope(
                    use.Template, metric, use.Metrics?.GetValueOrDefault(metric.Name), spec.Defaults,
                    $"{path}.{use.Template}.{metric.Name}", useOrigin, templateOrigin, count)));
            }
        }

        return metrics.ToImmutable();
    }

    private (AnalysisTemplateSpec Spec, string Origin)? Find(string name) =>
        BuiltIn.Template(name) is { } builtIn ? (builtIn.Spec, Ledger.BuiltInOrigin)
        : template(name) is { } found ? (found.Spec, $"template {name}")
        : null;

    private MetricSpec Metric(ImmutableSortedDictionary<string, string> args, MetricScope scope)
    {
        var metric = scope.Metric;
        foreach (var (word, text) in Shown(metric.Source))
            ledger.Note($"{scope.Path}.{word}", text, scope.TemplateOrigin);
        ledger.Note($"{scope.Path}.unit", Texts.ToWord(scope.Unit.ToString()),
            metric.Unit is null ? Ledger.BuiltInOrigin : scope.TemplateOrigin);
        var (source, thresholds) = (Source(scope, args), _limits.Thresholds(scope));
        var limits = Scraped(scope, _limits.Limits(scope, (source as MetricSource.Monitor)?.Check));
        CheckHistogram(scope);
        CheckMonitor(scope);
        // A season is no promise: it takes nothing back unless somebody says so, and limits beside it judge alone.
        var onlyShown = scope.History is not null && (scope.Different?.DryRun ?? metric.DryRun) is null;
        return new MetricSpec(
            scope.Name, source, scope.Unit, thresholds, limits,
            ledger.Pick($"{scope.Path}.dryRun", flag => flag ? "true" : "false", onlyShown && !thresholds.IsHard,
                [(scope.Different?.DryRun, scope.UseOrigin), (metric.DryRun, scope.TemplateOrigin)]),
            Compared(args, scope),
            _history.Resolve(args, scope, limits.Interval, onlyShown && thresholds.IsHard));
    }

    private ComparedTo? Compared(ImmutableSortedDictionary<string, string> args, MetricScope scope)
    {
        if (scope.Compare is not { } compare) return null;
        if (!UnitRules.IsCounted(scope.Metric.Source))
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name} counts no requests, and is compared where {scope.UseOrigin} uses it",
                "compare only where the source is a ratio, a histogram, or traffic");
        }

        if (scope.Metric.Source.Queries.Any(query => !AskedVersion.IsIn(query, args)))
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name} is compared, and asks the same of both versions where {scope.UseOrigin} uses it",
                "{{version}} in each of its queries");
        }

        ledger.Note($"{scope.Path}.compare.to", Texts.ToWord($"{compare.To}"),
            scope.Different?.Compare is null ? scope.TemplateOrigin : scope.UseOrigin);
        var margin = ledger.PickIfSaid<Quantity>($"{scope.Path}.compare.margin", quantity => quantity.ToString(),
        [
            (scope.Different?.Compare?.Margin, scope.UseOrigin),
            (scope.Metric.Compare?.Margin, scope.TemplateOrigin),
        ]);
        if (margin is null)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name} is compared, and nobody says how much worse it may be where {scope.UseOrigin} uses it",
                "compare: {margin: 0.5%}, or {margin: 0%} for not at all");
        }

        return new ComparedTo((double)(margin?.Value ?? 0), scope.Metric.Source, args);
    }

    private void CheckHistogram(MetricScope scope)
    {
        if (scope.Metric.Source is not MetricSource.Histogram) return;
        if (from is not (null or MetricsChoice.Prometheus))
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name} is a histogram, and the environment's source of metrics has none",
                "connections: {metrics: {prometheus: {url: URL}}}");
        }

        if (scope.Compare is null)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name} is a histogram, and is not compared where {scope.UseOrigin} uses it",
                "compare: {margin: 1%}, or a query of its quantile with max");
        }

        if ((scope.Different?.Thresholds ?? scope.Metric.Thresholds) is not null)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name} is a histogram, which has no limits of its own, where {scope.UseOrigin} uses it",
                "compare alone, and a query of its quantile with max as another metric");
        }
    }

    private void CheckMonitor(MetricScope scope)
    {
        if (scope.Metric.Source is not MetricSource.Monitor) return;
        if ((scope.Different?.Thresholds ?? scope.Metric.Thresholds) is not null)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name} is a monitor, which has no number, where {scope.UseOrigin} uses it",
                "the metric without max, min and failAbove; what must hold stands in the Monitor");
        }

        if (scope.Different?.Limits?.Timeout is not null)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name} is a monitor, which says itself how long a check may take, where {scope.UseOrigin} "
                + "uses it", "the metric without timeout");
        }
    }

    private ImmutableSortedDictionary<string, string> Args(AnalysisUse use, AnalysisTemplateSpec spec, string useOrigin)
    {
        var args = spec.Args ?? NoArgs;
        foreach (var (name, value) in use.Args ?? NoArgs)
        {
            if (args.ContainsKey(name))
            {
                args = args.SetItem(name, value);
                continue;
            }

            ledger.Refuse(RefusalCodes.UnknownArgument, $"{use.Template} has no argument {name}, given by {useOrigin}",
                args.IsEmpty ? "no arguments" : "one of " + string.Join(", ", args.Keys));
        }

        return args;
    }

    private void CheckOverrides(AnalysisUse use, AnalysisTemplateSpec spec, string useOrigin)
    {
        var known = spec.Metrics.Select(metric => metric.Name).ToList();
        foreach (var name in use.Metrics?.Keys.Except(known) ?? [])
        {
            ledger.Refuse(RefusalCodes.UnknownMetric, $"{use.Template} has no metric {name}, changed by {useOrigin}",
                Words.Nearest(name, known) ?? "one of " + string.Join(", ", known));
        }
    }

    private MetricSource Source(MetricScope scope, ImmutableSortedDictionary<string, string> args)
    {
        return scope.Metric.Source switch
        {
            MetricSource.Query query => new MetricSource.Query(Filled(query.Text)),
            MetricSource.Histogram histogram => new MetricSource.Histogram(Filled(histogram.Text)),
            MetricSource.Ratio ratio => new MetricSource.Ratio(
                ratio.Bad is null ? null : Filled(ratio.Bad),
                ratio.Good is null ? null : Filled(ratio.Good),
                Filled(ratio.Total)),
            MetricSource.Monitor checkedBy => new MetricSource.Monitor(
                checkedBy.Name, _monitors.Resolve(checkedBy.Name, scope)),
            var source => source,
        };

        string Filled(string text)
        {
            var language = from is MetricsChoice.Prometheus ? QueryLanguage.PromQl : QueryLanguage.Address;
            var (query, problem) = fill.Query(text, language, args);
            if (problem is not null)
            {
                ledger.Refuse(RefusalCodes.BadMetricQuery, $"{scope.Name}: {problem}",
                    "placeholders in the double-quoted values of labels, such as version=\"{{version}}\"");
            }

            return query ?? "";
        }
    }

    // An increase needs two samples, and a window that is never longer than the time between them has at most one.
    private MetricLimits Scraped(MetricScope scope, MetricLimits limits)
    {
        if (from is not MetricsChoice.Prometheus prometheus
            || !scope.Metric.Source.IsQueried)
        {
            return limits;
        }

        var shortest = (prometheus.ScrapeInterval ?? BuiltIn.ScrapeInterval) * 2;
        if (limits.Interval < shortest)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{scope.Name}: a window of {Duration.Format(limits.Interval)} holds no two samples of a source that "
                + $"scrapes every {Duration.Format(shortest / 2)}",
                $"interval: {Duration.Format(shortest)} or more, {Duration.Format(shortest * 2)} to be exact");
        }

        return limits;
    }

    private static IEnumerable<(string Word, string Text)> Shown(MetricSource source) => source switch
    {
        MetricSource.Ratio { Bad: { } bad } ratio => [("ratio.bad", bad), ("ratio.total", ratio.Total)],
        MetricSource.Ratio ratio => [("ratio.good", ratio.Good!), ("ratio.total", ratio.Total)],
        MetricSource.Query query => [("query", query.Text)],
        MetricSource.Histogram histogram => [("histogram", histogram.Text)],
        MetricSource.Target target => [("target", target.Counter)],
        MetricSource.Traffic traffic => [("traffic", traffic.Counter)],
        MetricSource.Monitor named => [("monitor.name", named.Name)],
        _ => throw new UnreachableException(),
    };
}

/// <summary>One metric of a template where it is used, with what is different there.</summary>
internal sealed record MetricScope(
    string Template, MetricDefinition Metric, MetricOverride? Different, LimitsSpec? Defaults,
    string Path, string UseOrigin, string TemplateOrigin, int? Count)
{
    public string Name => $"{Template}/{Metric.Name}";

    public CompareSpec? Compare => Different?.Compare ?? Metric.Compare;

    public HistorySpec? History => Different?.History ?? Metric.History;

    public Unit Unit => UnitRules.UnitOf(Metric.Source) ?? Metric.Unit ?? Unit.Count;
}
