using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// Why a query gives nothing, for people. <see cref="IsKnown"/>: the source knows every metric and label that the query
/// names, scrapes its targets, and has no sample of any of its selections in the window, so nothing of the kind has
/// happened.
/// </summary>
internal sealed record Absence(string Reason, bool IsKnown)
{
    /// <summary>Queries with more selections are explained by their first ones, and never known.</summary>
    private const int MostSelections = 8;

    private const string LongAgo = "1h";

    public static async Task<Absence> OfAsync(
        PrometheusSource source, string query, QueryWindow window, CancellationToken cancellation)
    {
        var selections = QuerySelector.AllOf(query);
        if (selections.IsEmpty || selections.Length > MostSelections || selections.Any(one => one.Metric is null))
        {
            return new Absence(
                "the answer is empty, and the query does not name its metrics one by one, so nobody can say why",
                IsKnown: false);
        }

        Func<QuerySelector, Task<string?>>[] looks =
        [
            one => UnknownAsync(source, one, cancellation),
            one => LostAsync(source, one, window, cancellation),
            one => ThereAsync(source, one, window, cancellation),
        ];
        foreach (var look in looks)
        {
            var found = await AllAsync(source, selections.Select(look));
            if (found.FirstOrDefault(one => one is not null) is { } reason) return new Absence(reason, IsKnown: false);
        }

        return new Absence(await GoneAsync(source, selections[0], window.End, cancellation), IsKnown: true);
    }

    // Together they would be several of the few places.
    private static async Task<string?[]> AllAsync(PrometheusSource source, IEnumerable<Task<string?>> looks)
    {
        if (!source.IsPatient) return await Task.WhenAll(looks);
        var found = new List<string?>();
        foreach (var look in looks) found.Add(await look);
        return [.. found];
    }

    private static async Task<string?> UnknownAsync(
        PrometheusSource source, QuerySelector selection, CancellationToken cancellation)
    {
        var metric = OneLine.Of(selection.Metric);
        // Others may count the same metric by other labels.
        var known = await source.LabelsAsync(selection.Metric!, selection.OfTargets, cancellation);
        if (known.Problem is { } problem)
            return $"the answer is empty, and whether there is a metric {metric} could not be asked: {problem}";
        if (!known.IsKnown)
        {
            return !selection.OfTargets.IsEmpty
                && await source.LabelsAsync(selection.Metric!, [], cancellation) is { IsKnown: true }
                ? $"the metric {metric} exists, none of its series within {PrometheusSource.LookBack.Days} days has "
                    + Conditions(selection.OfTargets)
                : $"there is no metric {metric}: nothing had this name within {PrometheusSource.LookBack.Days} days; "
                    + "it is misspelt, or nothing exports it yet";
        }

        var missing = selection.Matchers
            .FirstOrDefault(one => one.NeedsLabel && !known.Labels.Contains(one.Label)).Label;
        return missing is null
            ? null
            : $"the metric {metric} exists, none of its series has a label {OneLine.Of(missing)}";
    }

    /// <summary>What is not scraped has no series, whatever happens there.</summary>
    private static async Task<string?> LostAsync(
        PrometheusSource source, QuerySelector selection, QueryWindow window, CancellationToken cancellation)
    {
        if (selection.OfTargets.IsEmpty) return null;
        var (targets, there) = (
            string.Join(',', selection.OfTargets), QuerySelector.Named(selection.Metric!, selection.OfTargets));
        var up = await source.NumberAsync($"max(up{{{targets}}})", window.End, cancellation);
        return up.Number switch
        {
            MetricNumber.Is(> 0) => null,
            MetricNumber.Is =>
                $"Prometheus lost the targets, up{{{OneLine.Of(targets)}}} is 0: look whether they run, and "
                + "at Status > Targets there",
            MetricNumber.Wrong(var problem) =>
                $"the answer is empty, and whether the targets are scraped could not be asked: {problem}",
            // What is pushed there has no up; that something of the metric comes from there says the same.
            _ => (await source.NumberAsync(
                $"count(last_over_time({there}[{window.Length}]))", window.End, cancellation)).Number
                is MetricNumber.Is(> 0)
                ? null
                : $"Prometheus has no target with {OneLine.Of(targets)}: look at Status > Targets there",
        };
    }

    /// <summary>
    /// Of what was counted once nobody knows the increase, and of a part that is there not the whole.
    /// </summary>
    private static async Task<string?> ThereAsync(
        PrometheusSource source, QuerySelector selection, QueryWindow window, CancellationToken cancellation)
    {
        var there = await source.NumberAsync(
            $"count(last_over_time({selection.Text}[{window.Length}]))", window.End, cancellation);
        return there.Number switch
        {
            MetricNumber.Is(> 0) =>
                $"the series of {Selected(selection)} are there, and the query gives nothing of them: the window holds "
                + "fewer than two samples, or something in the query leaves none",
            MetricNumber.Wrong(var problem) =>
                $"the answer is empty, and whether there are series of {Selected(selection)} could not be asked: "
                + problem,
            _ => null,
        };
    }

    private static async Task<string> GoneAsync(
        PrometheusSource source, QuerySelector selection, DateTimeOffset at, CancellationToken cancellation)
    {
        var before = await source.NumberAsync(
            $"count(last_over_time({selection.Text}[{LongAgo}]))", at, cancellation);
        return before.Number is MetricNumber.Is(> 0)
            ? $"the series of {Selected(selection)} are stale: there were some within {LongAgo}, and none is scraped "
                + "now"
            : $"the metric {OneLine.Of(selection.Metric)} exists, no series has "
                + (selection.Matchers.IsEmpty ? "a sample now" : Conditions(selection.Matchers));
    }

    private static string Selected(QuerySelector selection) => OneLine.Of(selection.Text);

    private static string Conditions(IEnumerable<LabelMatcher> matchers) =>
        OneLine.Of(string.Join(", ", matchers));
}
