using System.Collections.Immutable;
using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel analysis</c></summary>
internal static class AnalysisCommand
{
    public static Command Create(GlobalOptions globals, Surroundings around)
    {
        var command = new Command("analysis", "Tries what rollouts are judged by.");
        command.Subcommands.Add(Test(globals, around));
        return command;
    }

    private static Command Test(GlobalOptions globals, Surroundings around)
    {
        var command = new Command("test",
            """
            What a rollout would make of measurements, by the metrics of an AnalysisTemplate: each measurement with its
            arithmetic, the metric's verdict after it, and the verdict if nothing more were measured. Needs no server.

            The series are JSON: {"errors": [{"bad": 3, "total": 500}, null], "p99": [0.2, {"error": "timeout"}]}.
            A number is a value in the metric's unit, null is no data. A metric without a series has no data. Beside
            counts "stable": {"bad": 1, "total": 5000} is what the stable version counted in the same window, for
            metrics with compare. Of a histogram a measurement is {"buckets": {"0.1": 90, "+Inf": 100}}, with "stable"
            alike. Of a monitor it is true or false.

            Exit status: 0 Pass, 1 Fail, 5 Inconclusive, NoData or Error, 2 wrong usage.

            Examples:
              orel analysis test -f analysis.yaml --series yesterday.json
              orel analysis test -f analysis.yaml --series - --metric golden-signals/p99 -o json
            """);
        var file = new Option<string>("--file", "-f")
        {
            Description = "a file with AnalysisTemplates",
            HelpName = "FILE",
            Required = true,
        };
        var series = new Option<string>("--series")
        {
            Description = "a file with measurements, or - for standard input",
            HelpName = "FILE|-",
            Required = true,
        };
        var metric = new Option<string?>("--metric")
        {
            Description = "test this one only: METRIC, or TEMPLATE/METRIC",
            HelpName = "METRIC",
        };
        foreach (var option in new Option[] { file, series, metric }) command.Options.Add(option);
        command.SetAction((parsed, _) => TellAsync(
            Try(parsed.GetValue(file)!, parsed.GetValue(series)!, parsed.GetValue(metric), around),
            parsed.GetValue(globals.Output) == GlobalOptions.Json, around));
        return command;
    }

    private static async Task<int> TellAsync(
        (TemplateTest? Test, IEnumerable<string> Problems) tried, bool isJson, Surroundings around)
    {
        foreach (var problem in tried.Problems) await around.Error.WriteLineAsync(problem);
        if (tried.Test is not { } test) return ExitCode.Usage;
        await around.Out.WriteLineAsync(isJson ? Vocabulary.Write(test) : AssessmentText.Of(test, around.Width));
        return test.Verdict switch
        {
            Verdict.Pass => ExitCode.Good,
            Verdict.Fail => ExitCode.Refused,
            _ => ExitCode.Undecided,
        };
    }

    // What is wrong with the template first: without its metrics nothing can be said about the series.
    private static (TemplateTest? Test, IEnumerable<string> Problems) Try(
        string file, string series, string? metric, Surroundings around)
    {
        var (files, unreadable) = ManifestFile.Read([file], around);
        if (unreadable is not null) return (null, [unreadable]);
        var read = files.Select(one => ManifestReader.Read(one.Yaml, one.Name)).ToList();
        var wrong = read.SelectMany(reading => reading.Problems).ToList();
        if (wrong.Count > 0) return (null, wrong.Select(problem => $"{problem}"));
        var resolved = read.SelectMany(reading => reading.Manifests).OfType<AnalysisTemplateManifest>()
            .Select(TemplateMetrics.Of).ToList();
        var refusals = resolved.SelectMany(one => one.Refusals).ToList();
        if (refusals.Count > 0)
            return (null, refusals.Select(refusal => $"{refusal.Reason}; write {refusal.Accepted}"));
        if (resolved.Count == 0) return (null, [$"{file}: there is no AnalysisTemplate in it"]);
        var (given, problem) = ManifestFile.Read([series], around);
        if (problem is not null || given.Count != 1) return (null, [problem ?? $"{series}: one file with the series"]);
        return SeriesFile.Read(given[0].Yaml) switch
        {
            Judgement<SeriesFile>.Made { Answer: var measured } =>
                Tested([.. resolved.SelectMany(one => one.Metrics)], measured, metric, given[0].Name),
            Judgement<SeriesFile>.Refused { Problems: var problems } => (null, Named(given[0].Name, problems)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static (TemplateTest? Test, IEnumerable<string> Problems) Tested(
        ImmutableArray<MetricSpec> metrics, SeriesFile series, string? metric, string file) =>
        TemplateTest.Of(metrics, series, metric) switch
        {
            Judgement<TemplateTest>.Made { Answer: var test } => (test, []),
            Judgement<TemplateTest>.Refused { Problems: var problems } => (null, Named(file, problems)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static IEnumerable<string> Named(string file, ImmutableArray<FieldProblem> problems) =>
        problems.Select(problem => $"{file}: {problem}");
}
