using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>Who judges values that somebody sends.</summary>
public static class Judges
{
    public const string BurnRate = "burnRate";

    public const string Histogram = "histogram";

    public const string History = "history";

    public const string Kayenta = "kayenta";

    public const string Sequential = "sequential";

    public const string Threshold = "threshold";

    /// <summary>Those that are here.</summary>
    public static ImmutableArray<string> Known { get; } =
        [BurnRate, Histogram, History, Kayenta, Sequential, Threshold];

    public static Judgement<JudgeAnswer> Judge(JudgeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var problems = new FieldProblems();
        var (config, values) = (request.Config ?? new(), Metrics(request, problems));
        if (request.Judge is not { } judge || !Known.Contains(judge))
        {
            problems.Add(
                "judge", request.Judge, request.Judge is null ? "it is missing" : "there is no such judge",
                FieldProblems.OneOf(Known));
            return new Judgement<JudgeAnswer>.Refused(problems.All);
        }

        var metrics = GivenMetric.Read(values, problems);
        UnusedFields.Refuse(judge, config, metrics, problems);
        var scoring = Scoring.Read(config, metrics, problems);
        Func<JudgeAnswer> answer = judge switch
        {
            BurnRate => BurnRateRequest.Read(config, scoring, metrics, problems).Judge,
            Histogram => HistogramRequest.Read(config, scoring, metrics, problems).Judge,
            History => HistoryRequest.Read(config, scoring, metrics, problems).Judge,
            Kayenta => KayentaRequest.Read(config, scoring, metrics, problems).Judge,
            Sequential => SequentialRequest.Read(config, scoring, metrics, problems).Judge,
            _ => ThresholdRequest.Read(config, scoring, metrics, problems).Judge,
        };
        return problems.IsEmpty
            ? new Judgement<JudgeAnswer>.Made(answer() with { Unused = UnusedFields.Of(judge, config, metrics) })
            : new Judgement<JudgeAnswer>.Refused(problems.All);
    }

    // What holds of metrics whoever judges them.
    private static ImmutableArray<MetricValues> Metrics(JudgeRequest request, FieldProblems problems)
    {
        if (request.Metrics is not { Length: > 0 } metrics)
        {
            problems.Add("metrics", null, "there is no metric", "at least one");
            return [];
        }

        if (metrics.Length > JudgeRequest.MostMetrics)
        {
            problems.Add("metrics", $"{metrics.Length}", "there are too many", $"at most {JudgeRequest.MostMetrics}");
            return [];
        }

        var values = metrics.Sum(metric => Count(metric));
        if (values > JudgeRequest.MostValues)
        {
            problems.Add(
                "metrics", $"{values} values", "there are too many", $"at most {JudgeRequest.MostValues} together");
            return [];
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < metrics.Length; i++) Check(metrics[i], $"metrics[{i}]", names, problems);
        if (request.Judge != Histogram) CheckExperiments(metrics, problems);
        // Of a list with a hole the places of what is wrong would be other ones.
        return metrics.Any(metric => metric is null) ? [] : metrics;
    }

    private static void Check(MetricValues? metric, string path, HashSet<string> names, FieldProblems problems)
    {
        if (metric is null)
            problems.Add(path, null, "it is null", "a metric with name and experiment");
        else if (metric.Name is not { Length: > 0 and <= JudgeRequest.LongestName } name)
            problems.Add($"{path}.name", metric.Name, "it is missing or too long", "a name of 1 to 200 characters");
        else if (!names.Add(name))
            problems.Add($"{path}.name", name, "another metric has this name", "a name of its own");
    }

    // Only buckets stand in a list of their own.
    private static void CheckExperiments(ImmutableArray<MetricValues> metrics, FieldProblems problems)
    {
        for (var i = 0; i < metrics.Length; i++)
        {
            if (metrics[i] is { Experiment: null })
                problems.Add($"metrics[{i}].experiment", null, "it is missing", "a list of numbers or null, or []");
        }
    }

    private static int Count(MetricValues? metric)
    {
        return metric is null ? 0
            : Of(metric.Experiment) + Of(metric.Control) + Of(metric.ExperimentTotals) + Of(metric.ControlTotals)
                + OfBuckets(metric.ExperimentBuckets) + OfBuckets(metric.ControlBuckets);

        static int Of(IReadOnlyList<double?>? values) => values?.Count ?? 0;

        static int OfBuckets(IReadOnlyList<ImmutableSortedDictionary<string, double>?>? windows) =>
            windows?.Sum(window => Math.Max(1, window?.Count ?? 1)) ?? 0;
    }
}
