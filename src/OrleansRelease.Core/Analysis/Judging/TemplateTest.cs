using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>One metric of a template, tried.</summary>
/// <param name="Name">Its full name, <c>template/metric</c>.</param>
/// <param name="Limits">When a measurement passes, as people read it.</param>
/// <param name="DryRun">Shown, never counted.</param>
/// <param name="Assessment">What a rollout would have made of its series.</param>
public sealed record TestedMetric(string Name, string Limits, bool DryRun, Assessment Assessment);

/// <summary>
/// A template tried on series of measurements, as if nothing more were measured. The verdict is that of the worst
/// metric that counts; a metric without a series has no data.
/// </summary>
public sealed record TemplateTest(Verdict Verdict, ImmutableArray<TestedMetric> Metrics)
{
    /// <param name="metrics">Of one template or several.</param>
    /// <param name="series">By the metrics' names, short or full.</param>
    /// <param name="only">The only metric to try, or null for all.</param>
    public static Judgement<TemplateTest> Of(ImmutableArray<MetricSpec> metrics, SeriesFile series, string? only)
    {
        ArgumentNullException.ThrowIfNull(series);
        var problems = new FieldProblems();
        var readings = new Dictionary<string, ImmutableArray<SeriesReading>>(StringComparer.Ordinal);
        foreach (var (name, list) in series.Series)
        {
            if (Find(metrics, name, name, problems) is not { } metric) continue;
            if (!readings.TryAdd(metric.Name, list))
                problems.Add(name, null, $"{metric.Name} is in the file twice", "each metric once");
            CheckKinds(metric, name, list, problems);
        }

        var chosen = only is null ? null : Find(metrics, only, "--metric", problems);
        if (!problems.IsEmpty) return new Judgement<TemplateTest>.Refused(problems.All);
        var compared = metrics.Count(metric => metric is { Compare: not null, DryRun: false });
        var beside = metrics.Count(metric => metric is { History.IsShown: false, DryRun: false });
        ImmutableArray<TestedMetric> tested =
        [
            .. metrics.Where(metric => chosen is null || metric == chosen).Select(metric => new TestedMetric(
                metric.Name, metric.LimitsText, metric.DryRun,
                Assessment.Of(
                    metric, readings.GetValueOrDefault(metric.Name, []),
                    Math.Max(1, metric.History is null ? compared : beside)))),
        ];
        return new Judgement<TemplateTest>.Made(new(
            tested.Where(metric => !metric.DryRun || tested.Length == 1)
                .Select(metric => metric.Assessment.AtTheEnd).DefaultIfEmpty(Verdict.NoData).Max(),
            tested));
    }

    private static MetricSpec? Find(
        ImmutableArray<MetricSpec> metrics, string name, string path, FieldProblems problems)
    {
        var found = metrics.Where(metric => metric.Name == name || ShortName(metric) == name).ToList();
        if (found.Count == 1) return found[0];
        problems.Add(
            path, name, found.Count == 0 ? "there is no such metric" : "several templates have this metric",
            FieldProblems.OneOf([.. (found.Count == 0 ? [.. metrics] : found).Select(metric => metric.Name)]));
        return null;
    }

    private static void CheckKinds(
        MetricSpec metric, string path, ImmutableArray<SeriesReading> list, FieldProblems problems)
    {
        var (isHistogram, isMonitor) =
            (metric.Source is MetricSource.Histogram, metric.Source is MetricSource.Monitor);
        var wrong = list.ToList().FindIndex(one =>
            one.Reading is Reading.Buckets or Reading.Counts or Reading.Value or Reading.Checked
            && (one.Reading is Reading.Buckets != isHistogram || one.Reading is Reading.Checked != isMonitor));
        if (wrong < 0) return;
        var (reason, accepted) =
            isHistogram ? ("a histogram has buckets", GivenBuckets.Shape)
            : isMonitor ? ("a monitor holds or fails", "true, or false")
            : list[wrong].Reading is Reading.Checked ? ("only a monitor holds or fails", "a value, or counts")
            : ("only a histogram has buckets", "a value, or counts");
        problems.Add($"{path}[{wrong}]", null, reason, accepted);
    }

    private static string ShortName(MetricSpec metric) => metric.Name[(metric.Name.LastIndexOf('/') + 1)..];
}
