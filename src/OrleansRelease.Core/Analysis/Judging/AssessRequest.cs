using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// What would a rollout make of these measurements? The fields are those of a metric in an AnalysisTemplate, with the
/// same defaults; limits are bare numbers in the metric's unit.
/// </summary>
/// <param name="Measurements">At most 10,000, in order.</param>
/// <param name="Name">How the answer names it.</param>
/// <param name="Unit">ratio, seconds, bytes, count or perSecond; ratio where a measurement has counts.</param>
/// <param name="Max">A measurement above fails.</param>
/// <param name="Min">A measurement below fails.</param>
/// <param name="FailAbove">A measurement between max and this is inconclusive.</param>
/// <param name="Count">It passes after so many measurements.</param>
/// <param name="FailureLimit">How many may fail.</param>
/// <param name="InconclusiveLimit">How many may be inconclusive.</param>
/// <param name="NoDataLimit">How many in a row may have no data.</param>
/// <param name="ConsecutiveErrorLimit">How many in a row may be errors.</param>
/// <param name="ConsecutiveSuccessLimit">
/// It passes after so many in a row; within the count, where there is one, or it is inconclusive.
/// </param>
/// <param name="MinSamples">A share of fewer requests is no data; 10 where a measurement has counts.</param>
/// <param name="Compare">Beside what is stable, by the sequential judge, where measurements have it.</param>
/// <param name="History">Beside the past, where measurements have it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AssessRequest(
    [property: Required] ImmutableArray<GivenMeasurement>? Measurements,
    string? Name = null,
    string? Unit = null,
    double? Max = null,
    double? Min = null,
    double? FailAbove = null,
    int? Count = null,
    int? FailureLimit = null,
    int? InconclusiveLimit = null,
    int? NoDataLimit = null,
    int? ConsecutiveErrorLimit = null,
    int? ConsecutiveSuccessLimit = null,
    int? MinSamples = null,
    GivenCompare? Compare = null,
    GivenHistory? History = null)
{
    public const int MostMeasurements = 10_000;

    public const string NoLimit = "there is no limit to judge by";

    private const string Unnamed = "metric";

    private const string AnyLimit = "max, min or both, or compare, or history";

    private const string Ordered = "max and failAbove together, the latter larger";

    public Judgement<Assessment> Assess()
    {
        var problems = new FieldProblems();
        var readings = GivenMeasurement.Read(Measurements, "measurements", problems);
        var compared = problems.Whole("compare.metrics", Compare?.Metrics, 1, 1);
        var areLatencies = readings.Any(one => one.Reading is Reading.Buckets);
        var areChecks = readings.Any(one => one.Reading is Reading.Checked);
        if (areLatencies && readings.Any(one => one.Reading is Reading.Counts or Reading.Value))
            problems.Add("measurements", null, "some have buckets and some have not", "all of one kind");
        if (areChecks && readings.Any(one => one.Reading is Reading.Counts or Reading.Value or Reading.Buckets))
            problems.Add("measurements", null, "some hold or fail and some have numbers", "all of one kind");
        var metric = areLatencies ? OfLatencies(Metric(hasCounts: true, false, problems), problems)
            : areChecks ? OfChecks(Metric(hasCounts: false, true, problems), problems)
            : Metric(readings.Any(one => one.Reading is Reading.Counts), false, problems);
        return problems.IsEmpty
            ? new Judgement<Assessment>.Made(Assessment.Of(metric, readings, compared))
            : new Judgement<Assessment>.Refused(problems.All);
    }

    private MetricSpec Metric(bool hasCounts, bool areChecks, FieldProblems problems)
    {
        var usual = BuiltIn.Limits;
        if (Name is { Length: 0 or > JudgeRequest.LongestName })
            problems.Add("name", Name, "it is empty or too long", "a name of 1 to 200 characters");
        return new(
            Name ?? Unnamed, new MetricSource.Query(""),
            problems.Word("unit", Unit, hasCounts ? Analysis.Unit.Ratio : Analysis.Unit.Count),
            Limits("", Max, Min, FailAbove, isOneNumber: !hasCounts, problems),
            usual with
            {
                Count = problems.Whole("count", Count, 1),
                FailureLimit = problems.Whole("failureLimit", FailureLimit, usual.FailureLimit, 0),
                InconclusiveLimit = problems.Whole("inconclusiveLimit", InconclusiveLimit, usual.InconclusiveLimit, 0),
                NoDataLimit = problems.Whole("noDataLimit", NoDataLimit, usual.NoDataLimit, 0),
                ConsecutiveErrorLimit = problems.Whole(
                    "consecutiveErrorLimit", ConsecutiveErrorLimit, usual.ConsecutiveErrorLimit, 0),
                ConsecutiveSuccessLimit = problems.Whole("consecutiveSuccessLimit", ConsecutiveSuccessLimit, 1),
                MinSamples = problems.Whole("minSamples", MinSamples, hasCounts ? BuiltIn.RatioMinSamples : 0, 0),
            },
            DryRun: false, areChecks ? null : Margin(problems), areChecks ? null : OfPast(problems));
    }

    private MetricSpec OfChecks(MetricSpec metric, FieldProblems problems)
    {
        if (metric.Thresholds.IsHard || Compare is not null || History is not null)
        {
            problems.Add("max", null, "what holds or fails has no limits of its own",
                "failureLimit and its like, and neither max nor compare nor history");
        }

        return metric with { Source = new MetricSource.Monitor(metric.Name) };
    }

    private MetricSpec OfLatencies(MetricSpec metric, FieldProblems problems)
    {
        if (Compare is null) problems.Add("compare", null, "latencies are compared", """{"margin": 0.01}""");
        if (metric.Thresholds.IsHard)
            problems.Add("max", null, "latencies have no limits of their own", "compare alone");
        return metric with { Source = new MetricSource.Histogram(""), Unit = Analysis.Unit.Seconds };
    }

    private ComparedToPast? OfPast(FieldProblems problems)
    {
        if (History is null) return null;
        if (Compare is not null)
            problems.Add("history", null, "a metric is held against one of both", "compare or history");
        return new(
            BuiltIn.HistoryDays,
            problems.Number("history.tolerance", History.Tolerance, (double)BuiltIn.HistoryTolerance.Value, 0, 100),
            problems.Word("history.bad", History.Bad, BuiltIn.HistoryBad), "");
    }

    private ComparedTo? Margin(FieldProblems problems)
    {
        if (Compare is null)
        {
            if (this is { Max: null, Min: null, FailAbove: null, History: null })
                problems.Add("max", null, NoLimit, AnyLimit);
            return null;
        }

        if (Compare.Margin is null) problems.Add("compare.margin", null, "it is missing", "a share, such as 0.005");
        return new(
            problems.Number("compare.margin", Compare.Margin, 0, 0, 1), new MetricSource.Query(""),
            ImmutableSortedDictionary<string, string>.Empty);
    }

    /// <summary>
    /// The limits of one measurement, by the rules that manifests have: of counts a least is of the good ones, and may
    /// be above a most.
    /// </summary>
    internal static Thresholds Limits(
        string at, double? max, double? min, double? failAbove, bool isOneNumber, FieldProblems problems)
    {
        var limits = new Thresholds(
            problems.Finite($"{at}max", max), problems.Finite($"{at}min", min),
            problems.Finite($"{at}failAbove", failAbove));
        if (failAbove is not null && !(failAbove > max))
            problems.Add($"{at}failAbove", null, "it is not above max", Ordered);
        if (isOneNumber && min > max) problems.Add($"{at}min", null, "it is above max", "min below max");
        return limits;
    }
}

/// <summary>How a metric is compared with what is stable.</summary>
/// <param name="Margin">By how much a share of bad requests may be larger; 0.005 is half a percentage point.</param>
/// <param name="Metrics">How many metrics of the rollout are compared, and share its false alarms; 1.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GivenCompare([property: Required] double? Margin, int? Metrics = null);

/// <summary>How a metric is held against the past.</summary>
/// <param name="Tolerance">By which part of what is usual it may differ in any case; 0.3.</param>
/// <param name="Bad">increase, decrease or either; increase.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GivenHistory(double? Tolerance = null, string? Bad = null);
