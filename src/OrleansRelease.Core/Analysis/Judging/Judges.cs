using System.Collections.Immutable;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>Who judges values that somebody sends.</summary>
public static class Judges
{
    public const string Kayenta = "kayenta";

    public const string Threshold = "threshold";

    public const string Sequential = "sequential";

    /// <summary>Those that are here.</summary>
    public static ImmutableArray<string> Known { get; } = [Kayenta, Sequential, Threshold];

    public static Judgement<JudgeAnswer> Judge(JudgeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var problems = new FieldProblems();
        var metrics = Metrics(request.Metrics, problems);
        var config = request.Config ?? new();
        switch (request.Judge)
        {
            case Kayenta:
                return Answer(problems, KayentaRequest.Read(config, metrics, problems), KayentaRequest.Judge);
            case Sequential:
                return Answer(problems, SequentialRequest.Read(config, metrics, problems), SequentialRequest.Judge);
            case Threshold:
                return Answer(problems, ThresholdRequest.Read(config, metrics, problems), ThresholdRequest.Judge);
            case null:
                problems.Add("judge", null, "it is missing", FieldProblems.OneOf(Known));
                break;
            default:
                problems.Add("judge", request.Judge, "there is no such judge", FieldProblems.OneOf(Known));
                break;
        }

        return new Judgement<JudgeAnswer>.Refused(problems.All);
    }

    private static Judgement<JudgeAnswer> Answer<T>(FieldProblems problems, T read, Func<T, JudgeAnswer> judge) =>
        problems.IsEmpty
            ? new Judgement<JudgeAnswer>.Made(judge(read))
            : new Judgement<JudgeAnswer>.Refused(problems.All);

    // What holds of metrics whoever judges them.
    private static ImmutableArray<MetricValues> Metrics(
        ImmutableArray<MetricValues>? given, FieldProblems problems)
    {
        if (given is not { Length: > 0 } metrics)
        {
            problems.Add("metrics", null, "there is no metric", "at least one");
            return [];
        }

        if (metrics.Length > JudgeRequest.MostMetrics)
        {
            problems.Add("metrics", $"{metrics.Length}", "there are too many", $"at most {JudgeRequest.MostMetrics}");
            return [];
        }

        var values = metrics.Sum(metric => (metric?.Control?.Count ?? 0) + (metric?.Experiment?.Count ?? 0)
            + (metric?.ControlTotals?.Count ?? 0) + (metric?.ExperimentTotals?.Count ?? 0));
        if (values > JudgeRequest.MostValues)
        {
            problems.Add(
                "metrics", $"{values} values", "there are too many", $"at most {JudgeRequest.MostValues} together");
            return [];
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < metrics.Length; i++) Check(metrics[i], $"metrics[{i}]", names, problems);
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
        if (metric is { Experiment: null })
            problems.Add($"{path}.experiment", null, "it is missing", "a list of numbers or null, or []");
    }
}
