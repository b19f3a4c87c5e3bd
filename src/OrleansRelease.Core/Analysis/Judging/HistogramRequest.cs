using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// A request to the judge of latencies, which may be asked after every window: buckets beside those of what is stable,
/// at the bounds that both have. A window without requests of one of both, or without bounds in common, is skipped.
/// </summary>
/// <param name="Margin">By how much the share of requests over a bound may be larger, beside a tenth of it.</param>
/// <param name="FalseAlarms">What all metrics together may be wrong by.</param>
/// <param name="Scoring">What they come to together.</param>
/// <param name="Metrics">In order.</param>
/// <param name="Windows">Of each metric, by its name.</param>
internal sealed record HistogramRequest(
    double Margin, double FalseAlarms, Scoring Scoring, ImmutableArray<GivenMetric> Metrics,
    ImmutableDictionary<string, ImmutableArray<(Reading Experiment, Reading Control)>> Windows)
{
    private static readonly string Most = Text($"{AssessRequest.MostMeasurements} windows at most, of all metrics");

    private const string Buckets = "a list with null or " + GivenBuckets.Plain;

    public static HistogramRequest Read(
        JudgeConfig config, Scoring scoring, ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        var windows = ImmutableDictionary.CreateBuilder<string, ImmutableArray<(Reading, Reading)>>();
        for (var i = 0; i < metrics.Length; i++)
        {
            var (path, values) = ($"metrics[{i}]", metrics[i].Values);
            var experiment = Read(values.ExperimentBuckets, $"{path}.experimentBuckets", problems);
            var control = Read(values.ControlBuckets, $"{path}.controlBuckets", problems);
            if (values is { ExperimentBuckets.Count: var most, ControlBuckets.Count: var count } && most != count)
            {
                problems.Add(
                    $"{path}.controlBuckets", $"{count} windows", $"experimentBuckets has {most}",
                    "as many, or null among them");
            }

            windows[metrics[i].Name] = [.. experiment.Zip(control)];
        }

        // Each is looked at, which takes the longest of all that is asked here.
        var all = windows.Values.Sum(one => one.Length);
        if (all > AssessRequest.MostMeasurements)
            problems.Add("metrics", Text($"{all} windows"), "these are too many", Most);
        return new(
            SequentialRequest.MarginOf(config, problems), SequentialRequest.FalseAlarmsOf(config, problems), scoring,
            metrics, windows.ToImmutable());
    }

    public JudgeAnswer Judge() => Scoring.Answer(
        Judges.Histogram, LatencyJudge.Version, Metrics,
        metric => Comparing.Opine(
            metric.Bad(Direction.Increase), (isSwapped, comparisons) => Look(metric, isSwapped, comparisons))
            ?? Uncompared(Windows[metric.Name]));

    private Compared? Look(GivenMetric metric, bool isSwapped, int comparisons)
    {
        Beside? beside = null;
        foreach (var (experiment, control) in Windows[metric.Name])
        {
            var both = isSwapped ? (control, experiment) : (experiment, control);
            // What says nothing is neither compared nor chooses the bounds that are compared from now on.
            if (!HasRequests(experiment) || !HasRequests(control) || BesideLatencies.Problem(beside, both) is not null)
                continue;
            beside = BesideLatencies.Add(Margin, Metrics.Length * comparisons, beside, both, FalseAlarms);
        }

        return beside?.Seen;
    }

    private static Opinion Uncompared(ImmutableArray<(Reading Experiment, Reading Control)> windows) =>
        windows.Where(both => HasRequests(both.Experiment) && HasRequests(both.Control))
            .Select(both => BesideLatencies.Problem(null, both)).FirstOrDefault() is { } problem
            ? new(Verdict.Error, Classification.Error, problem)
            : Opinion.NoData("no window has requests of both");

    private static bool HasRequests(Reading reading) => reading is Reading.Buckets { Latencies.Total: > 0 };

    private static ImmutableArray<Reading> Read(
        IReadOnlyList<ImmutableSortedDictionary<string, double>?>? given, string path, FieldProblems problems)
    {
        if (given is null)
        {
            problems.Add(path, null, "it is missing", Buckets);
            return [];
        }

        var readings = ImmutableArray.CreateBuilder<Reading>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            var reading = given[i] is { } buckets ? GivenBuckets.Read(buckets) : (Reading)new Reading.NoData("none");
            if (reading is null)
                problems.Add($"{path}[{i}]", null, "these are no cumulative counts", GivenBuckets.Plain);
            else
                readings.Add(reading);
        }

        return readings.ToImmutable();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
