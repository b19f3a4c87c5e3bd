using OrleansRelease.Core.PromQl;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// Why a query gives nothing, for people. <see cref="IsKnown"/>: the source knows every metric and label that the query
/// names, and scrapes its targets, so nothing of the kind has happened.
/// </summary>
internal sealed record Absence(string Reason, bool IsKnown)
{
    /// <summary>Queries with more selections are explained by their first ones, and never known.</summary>
    private const int MostSelections = 8;

    private const string LongAgo = "1h";

    private static readonly string[] OfTargets = ["job", "instance"];

    public static async Task<Absence> OfAsync(
        PrometheusSource source, string query, DateTimeOffset at, CancellationToken cancellation)
    {
        var selections = QuerySelector.AllOf(query);
        if (selections.IsEmpty || selections.Length > MostSelections || selections.Any(one => one.Metric is null))
        {
            return new Absence(
                "the answer is empty, and the query does not name its metrics one by one, so nobody can say why",
                IsKnown: false);
        }

        foreach (var selection in selections)
        {
            if (await UnknownAsync(source, selection, cancellation) is { } unknown) return new Absence(unknown, false);
        }

        foreach (var selection in selections)
        {
            if (await LostAsync(source, selection, at, cancellation) is { } lost) return new Absence(lost, false);
        }

        return new Absence(await NothingAsync(source, selections, at, cancellation), true);
    }

    private static async Task<string?> UnknownAsync(
        PrometheusSource source, QuerySelector selection, CancellationToken cancellation)
    {
        var metric = PrometheusAnswer.Said(selection.Metric);
        var known = await source.LabelsAsync(selection.Metric!, cancellation);
        if (known.Problem is { } problem)
            return $"the answer is empty, and whether there is a metric {metric} could not be asked: {problem}";
        if (!known.IsKnown)
        {
            return $"there is no metric {metric}: nothing had this name within {PrometheusSource.LookBack.Days} days; "
                + "it is misspelt, or nothing exports it yet";
        }

        var missing = selection.Matchers
            .FirstOrDefault(one => one.NeedsLabel && !known.Labels.Contains(one.Label)).Label;
        return missing is null
            ? null
            : $"the metric {metric} exists, none of its series has a label {PrometheusAnswer.Said(missing)}";
    }

    /// <summary>What is not scraped has no series, whatever happens there.</summary>
    private static async Task<string?> LostAsync(
        PrometheusSource source, QuerySelector selection, DateTimeOffset at, CancellationToken cancellation)
    {
        var targets = string.Join(',', selection.Matchers
            .Where(one => one.Operator == "=" && OfTargets.Contains(one.Label)).Select(Shown));
        if (targets.Length == 0) return null;
        var up = await source.NumberAsync($"max(up{{{targets}}})", at, cancellation);
        return up.Number switch
        {
            MetricNumber.Is(0) =>
                $"Prometheus lost the targets, up{{{PrometheusAnswer.Said(targets)}}} is 0: look whether they run, and "
                + "at Status > Targets there",
            MetricNumber.Wrong(var problem) =>
                $"the answer is empty, and whether the targets are scraped could not be asked: {problem}",
            _ => null,
        };
    }

    private static async Task<string> NothingAsync(
        PrometheusSource source, IReadOnlyList<QuerySelector> selections, DateTimeOffset at,
        CancellationToken cancellation)
    {
        foreach (var selection in selections)
        {
            var text = selection.Text;
            if (await IsThereAsync($"count({text})")) continue;
            return await IsThereAsync($"count(last_over_time({text}[{LongAgo}]))")
                ? $"the series of {Selected(selection)} are stale: there were some within {LongAgo}, and none is "
                    + "scraped now"
                : $"the metric {PrometheusAnswer.Said(selection.Metric)} exists, no series has {Conditions(selection)}";
        }

        return "the series are there, and the query gives nothing of them: a window holds fewer than two samples, or a "
            + "comparison in the query leaves none";

        async Task<bool> IsThereAsync(string query) =>
            (await source.NumberAsync(query, at, cancellation)).Number is MetricNumber.Is(> 0);
    }

    private static string Selected(QuerySelector selection) => PrometheusAnswer.Said(selection.Text);

    private static string Conditions(QuerySelector selection) => selection.Matchers.IsEmpty
        ? "a sample now"
        : PrometheusAnswer.Said(string.Join(", ", selection.Matchers.Select(Shown)));

    private static string Shown(LabelMatcher matcher) =>
        $"{matcher.Label}{matcher.Operator}\"{QueryLiteral.Escape(matcher.Value, '"')}\"";
}
