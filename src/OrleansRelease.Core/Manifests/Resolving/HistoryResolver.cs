using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>
/// Resolves what of the service's past a metric is held against: days, tolerance, direction, and the one query of all
/// versions that can be asked at any time.
/// </summary>
internal sealed class HistoryResolver(MetricsChoice? from, Ledger ledger, Fill fill)
{
    /// <param name="args">What is filled into its queries.</param>
    /// <param name="scope">The metric where it is used.</param>
    /// <param name="interval">How long a window is.</param>
    /// <param name="isShown">Whether it never counts, beside limits that do.</param>
    public ComparedToPast? Resolve(
        ImmutableSortedDictionary<string, string> args, MetricScope scope, TimeSpan interval, bool isShown)
    {
        if (scope.History is null) return null;
        if (isShown) ledger.Note($"{scope.Path}.history.dryRun", "true", Ledger.BuiltInOrigin);
        var (here, own) = (scope.Different?.History, scope.Metric.History);
        var days = ledger.Pick($"{scope.Path}.history.days", Ledger.Plain, BuiltIn.HistoryDays,
            [(here?.Days, scope.UseOrigin), (own?.Days, scope.TemplateOrigin)]);
        var tolerance = ledger.Pick($"{scope.Path}.history.tolerance", quantity => quantity.ToString(),
            BuiltIn.HistoryTolerance,
            [(here?.Tolerance, scope.UseOrigin), (own?.Tolerance, scope.TemplateOrigin)]);
        var bad = ledger.Pick($"{scope.Path}.history.bad", word => Texts.ToWord($"{word}"), BuiltIn.HistoryBad,
            [(here?.Bad, scope.UseOrigin), (own?.Bad, scope.TemplateOrigin)]);
        return new(days, (double)tolerance.Value, bad, Query(args, scope, interval), isShown);
    }

    // What is refused has no query: nothing is carried out by it.
    private string Query(ImmutableSortedDictionary<string, string> args, MetricScope scope, TimeSpan interval)
    {
        var source = scope.Metric.Source;
        if (Problem(args, scope) is var (reason, accepted))
            ledger.Refuse(RefusalCodes.BadLimit, $"{scope.Name} {reason} where {scope.UseOrigin} uses it", accepted);
        return source switch
        {
            MetricSource.Query query => OfAllVersions(query.Text, args, scope, interval),
            // Nothing bad is no series: 0, where there are requests. Of good ones as elsewhere, none is no number.
            MetricSource.Ratio { Bad: { } bad } ratio when Sum(ratio.Total) is var total =>
                $"({Sum(bad)} or 0 * {total}) / {total}",
            MetricSource.Ratio ratio => $"1 - {Sum(ratio.Good!)} / {Sum(ratio.Total)}",
            _ => "",
        };

        // On a line of its own the end is in no comment.
        string Sum(string text) => $"sum({OfAllVersions(text, args, scope, interval)}\n)";
    }

    private (string Reason, string Accepted)? Problem(
        ImmutableSortedDictionary<string, string> args, MetricScope scope)
    {
        ImmutableArray<string> queries = scope.Metric.Source switch
        {
            MetricSource.Query query => [query.Text],
            MetricSource.Ratio ratio => [ratio.Bad ?? ratio.Good!, ratio.Total],
            _ => [],
        };
        if (scope.Compare is not null)
            return ("is compared with the stable version and with the past", "compare or history, in two metrics");
        if (scope.Metric.Source is MetricSource.Histogram)
            return ("is a histogram, and is compared with the stable version alone,", "a query of its quantile");
        if (scope.Metric.Source is MetricSource.Monitor)
            return ("is a monitor, and what it sees now needs no past,", "the metric without history");
        if (queries.IsEmpty)
            return ("is counted by an adapter, which keeps no past,", "history only with query or ratio");
        if (from is MetricsChoice.Http)
        {
            return ("is held against the past, and a source of JSON over HTTP cannot be asked for that",
                "connections: {metrics: {prometheus: {url: URL}}}, or the metric without history");
        }

        if (queries.Any(query => AskedVersion.IsInArgument(query, args)))
        {
            return ("has the version in an argument, and the past is that of all versions",
                "{{version}} in the query itself, as LABEL=\"{{version}}\"");
        }

        // A tenth of the requests is a tenth of the number, and no difference from the past.
        return scope.Unit is Unit.Count or Unit.PerSecond
            && queries.SelectMany(Template.Names).Any(name => name == "version")
                ? ("counts a part of the requests, and the past is of all of them",
                    "the query without {{version}}, or unit: seconds, ratio or bytes where it is no count")
                : null;
    }

    private string OfAllVersions(
        string text, ImmutableSortedDictionary<string, string> args, MetricScope scope, TimeSpan interval)
    {
        if (from is null) return text;
        var language = from is MetricsChoice.Prometheus ? QueryLanguage.PromQl : QueryLanguage.Address;
        // Why it cannot be filled in is said where the metric's own query is.
        var (query, _) = (fill with { For = FilledFor.AnyVersion }).Query(text, language, args);
        var asked = AllVersions.Of(query ?? "")
            .Replace("{{window}}", Duration.Format(interval), StringComparison.Ordinal);
        if (asked.Contains("{{", StringComparison.Ordinal))
        {
            ledger.Refuse(RefusalCodes.BadMetricQuery,
                $"{scope.Name} cannot be asked for all versions and for the past where {scope.UseOrigin} uses it",
                "LABEL=\"{{version}}\" and [{{window}}], and neither {{version}} elsewhere nor {{windowStart}}");
        }

        return asked;
    }
}
