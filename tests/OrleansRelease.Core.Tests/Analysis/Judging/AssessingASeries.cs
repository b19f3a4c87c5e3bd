using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Analysis.Judging;

/// <summary>
/// At most 5 % may be bad; the limits are those of a template that says nothing: one may fail, three may be
/// inconclusive, three in a row may have no data, four in a row may be errors, ten requests are needed.
/// </summary>
public sealed class AssessingASeries
{
    private static readonly GivenMeasurement Good = new(Bad: 1, Total: 100);
    private static readonly GivenMeasurement Bad = new(Bad: 6, Total: 100);
    private static readonly GivenMeasurement Few = new(Bad: 1, Total: 9);
    private static readonly GivenMeasurement None = new(NoData: "nobody asked");
    private static readonly GivenMeasurement Failing = new(Error: "timeout");

    [Fact]
    public void Each_measurement_has_its_arithmetic_and_the_phase_after_it()
    {
        var assessment = Of(Good, Bad, Few, Bad);

        Assert.Equal(
            [
                new(1, Verdict.Pass, 0.01, 100, "1 %", null),
                new(2, Verdict.Fail, 0.06, 100, "6 % > 5 %", null),
                new(3, Verdict.NoData, null, 9, "9 samples, 10 are needed", null),
                new(4, Verdict.Fail, 0.06, 100, "6 % > 5 %", Verdict.Fail),
            ],
            assessment.Windows.AsEnumerable());
        Assert.Equal(
            (Verdict.Fail, 4, "2 failed, 1 may"), (assessment.Verdict, assessment.DecidedAt, assessment.Reason));
    }

    [Fact]
    public void It_says_by_which_judges_in_which_versions()
    {
        GivenMeasurement latencies = new(
            Buckets: ImmutableSortedDictionary<string, double>.Empty.Add("0.1", 9).Add("+Inf", 10));

        Assert.Equal(("threshold", "threshold/2"), By(new([Good], Max: 0.05)));
        Assert.Equal(("sequential", "threshold/2+sequential/1"), By(new([Good], Compare: new(0.01))));
        Assert.Equal(("histogram", "threshold/2+sequential-latency/1"), By(new([latencies], Compare: new(0.01))));
        Assert.Equal(("history", "threshold/2+seasonal/2"), By(new([Good], History: new())));

        static (string, string) By(AssessRequest request)
        {
            var made = Assert.IsType<Judgement<Assessment>.Made>(request.Assess()).Answer;
            return (made.Judge, made.Version);
        }
    }

    [Fact]
    public void What_is_open_passes_only_when_something_has_passed()
    {
        Assert.Equal((null, Verdict.Pass), End(Good, Bad));
        Assert.Equal((null, Verdict.Inconclusive), End(Bad));
        Assert.Equal((null, Verdict.NoData), End(None));
        Assert.Equal((null, Verdict.NoData), End());
        Assert.Equal((null, Verdict.Error), End(Failing));
    }

    [Theory]
    [InlineData("4 in a row without data, 3 may be", Verdict.NoData, "NNNN")]
    [InlineData("5 errors in a row, 4 may be", Verdict.Error, "EEEEE")]
    [InlineData("5 in a row without a number", Verdict.Error, "NENEE")]
    [InlineData("2 failed, 1 may", Verdict.Fail, "FNF")]
    [InlineData("1 of 2 passed, within the limits", null, "PFNE")]
    [InlineData("none of 1 passed", null, "FN")]
    [InlineData("none has a number: 1 without data, 1 errors", null, "NE")]
    public void The_reason_names_the_limit(string reason, Verdict? verdict, string letters)
    {
        var assessment = Of([.. letters.Select(letter => letter switch
        {
            'P' => Good,
            'F' => Bad,
            'N' => None,
            _ => Failing,
        })]);

        Assert.Equal((verdict, reason), (assessment.Verdict, assessment.Reason));
    }

    [Fact]
    public void Limits_and_units_are_those_that_were_given()
    {
        var request = new AssessRequest(
            [new(0.4), new(0.4), new(1.2)], "p99", "seconds", Max: 0.5, FailAbove: 2, InconclusiveLimit: 0,
            ConsecutiveSuccessLimit: 2);

        var assessment = Made(request);

        Assert.Equal("p99", assessment.Metric);
        Assert.Equal(["400 ms", "400 ms", "1.2 s > 500 ms"], assessment.Windows.Select(window => window.Detail));
        Assert.Equal(
            [null, Verdict.Pass, Verdict.Inconclusive], assessment.Windows.Select(window => window.Phase));
        Assert.Equal(3, assessment.DecidedAt);
        Assert.Equal("1 are inconclusive, 0 may be", assessment.Reason);
        Assert.Equal(
            "2 passed in a row, 2 are needed",
            Made(request with { Measurements = [new(0.4), new(0.4)] }).Reason);
        Assert.Equal(
            "1 of 1 passed, within the limits",
            Made(request with { Measurements = [new(0.4)], Count = 1, ConsecutiveSuccessLimit = null }).Reason);
    }

    /// <summary>As a rollout does: only a Fail is final.</summary>
    [Fact]
    public void It_is_decided_where_its_last_verdict_begins()
    {
        var passes = Made(new([Good, Good, Good, Bad, Bad], Max: 0.05, Count: 3));
        Assert.Equal(
            [null, null, Verdict.Pass, Verdict.Pass, Verdict.Fail], passes.Windows.Select(window => window.Phase));
        Assert.Equal((Verdict.Fail, 5), (passes.Verdict, passes.DecidedAt));

        var recovers = Made(new([new(1), new(1), new(0.1)], Max: 0.5, FailAbove: 2, InconclusiveLimit: 1));
        Assert.Equal([null, Verdict.Inconclusive, null], recovers.Windows.Select(window => window.Phase));
        Assert.Equal(
            (null, Verdict.Pass, null), (recovers.Verdict, recovers.AtTheEnd, recovers.DecidedAt));
    }

    [Fact]
    public void A_row_that_is_wanted_and_was_not_there_is_no_pass()
    {
        var never = Made(new([Good, Bad, Good, Good], Max: 0.05, Count: 3, ConsecutiveSuccessLimit: 3));
        Assert.Equal(
            [null, null, Verdict.Inconclusive, Verdict.Inconclusive], never.Windows.Select(window => window.Phase));
        Assert.Equal((Verdict.Inconclusive, 3), (never.AtTheEnd, never.DecidedAt));
        Assert.Equal("2 of 4 passed in a row, 3 are needed", never.Reason);

        var open = Made(new([Good, Good], Max: 0.05, ConsecutiveSuccessLimit: 3));
        Assert.Equal((null, Verdict.Inconclusive), (open.Verdict, open.AtTheEnd));
        Assert.Equal("2 of 2 passed in a row, 3 are needed", open.Reason);
    }

    [Fact]
    public void A_series_that_begins_without_numbers_has_the_units_of_what_comes_later()
    {
        var assessment = Made(new([None, new(Bad: 1, Total: 1), new(Bad: 1, Total: 2)], Max: 0.05));

        Assert.Equal(Verdict.NoData, assessment.AtTheEnd);
        Assert.Equal("1 samples, 10 are needed", assessment.Windows[1].Detail);
    }

    [Fact]
    public void Of_counts_the_least_is_of_the_good_ones()
    {
        Assert.Equal(Verdict.Pass, Made(new([new(Bad: 3, Total: 500)], Max: 0.05, Min: 0.95)).AtTheEnd);
        Assert.Equal(
            "min", Assert.Single(Assert.IsType<Judgement<Assessment>.Refused>(
                new AssessRequest([new(0.5)], Max: 0.05, Min: 0.95).Assess()).Problems).Path);
    }

    [Fact]
    public void What_nothing_limits_is_not_assessed() => Assert.Equal(
        AssessRequest.NoLimit, Assert.Single(Assert.IsType<Judgement<Assessment>.Refused>(
            new AssessRequest([new(Bad: 500, Total: 500)]).Assess()).Problems).Reason);

    [Fact]
    public void Beside_what_is_stable_it_is_compared_as_in_a_rollout()
    {
        var worse = new GivenMeasurement(Bad: 40, Total: 500, Stable: new(20, 5000));
        var same = new GivenMeasurement(Bad: 2, Total: 500, Stable: new(20, 5000));

        var failing = Made(new([worse, worse, worse, worse], Compare: new(0.005)));
        var good = Made(new([.. Enumerable.Repeat(same, 20)], Compare: new(0.02)));

        Assert.Equal(Verdict.Fail, failing.Verdict);
        Assert.StartsWith("worse than what is stable: +7.6 pp", failing.Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Pass, good.AtTheEnd);
        Assert.Contains("margin 2", good.Windows[^1].Beside!, StringComparison.Ordinal);
    }

    [Fact]
    public void Latencies_are_compared_at_the_bounds_that_both_versions_have()
    {
        var slow = new GivenMeasurement(
            Buckets: Buckets((0.1, 500), (0.5, 900)), Stable: new(Buckets: Buckets((0.1, 500), (0.5, 990))));
        var failing = Made(new([.. Enumerable.Repeat(slow, 10)], Compare: new(0.005)));
        var same = slow with { Stable = new(Buckets: slow.Buckets) };

        Assert.Equal(Verdict.Fail, failing.Verdict);
        Assert.StartsWith(
            "worse than what is stable: Tail: over 0.5 s 10 % against 1 %", failing.Reason, StringComparison.Ordinal);
        Assert.Equal(
            Verdict.Pass, Made(new([.. Enumerable.Repeat(same, 10)], Compare: new(0.005))).AtTheEnd);
    }

    [Fact]
    public void Latencies_need_something_to_be_compared_with_and_have_no_limit()
    {
        var measured = new GivenMeasurement(Buckets: Buckets((0.1, 500)));

        Assert.Equal(["compare", "max"], Assert.IsType<Judgement<Assessment>.Refused>(
            new AssessRequest([measured], Max: 1).Assess()).Problems.Select(problem => problem.Path));
        Assert.Equal(
            (Verdict.NoData, "not compared: no measurement has stable"),
            Made(new([measured], Compare: new(0.01))) is var alone ? (alone.AtTheEnd, alone.Reason) : default);
        Assert.Equal(["measurements"], Assert.IsType<Judgement<Assessment>.Refused>(
            new AssessRequest([measured, Good], Compare: new(0.01)).Assess()).Problems.Select(problem => problem.Path));
    }

    private static ImmutableSortedDictionary<string, double> Buckets(params (double Le, double Count)[] buckets) =>
        buckets.ToImmutableSortedDictionary(bucket => $"{bucket.Le}", bucket => bucket.Count).Add("+Inf", 1000);

    [Fact]
    public void What_has_nothing_to_be_compared_with_is_no_pass()
    {
        var alone = Made(new([new(Bad: 500, Total: 500)], Compare: new(0.005)));
        var limited = Made(new([Good], Max: 0.05, Compare: new(0.005)));

        Assert.Equal((Verdict.NoData, "not compared: no measurement has stable"), (alone.AtTheEnd, alone.Reason));
        Assert.Equal(Verdict.Pass, limited.AtTheEnd);
        Assert.EndsWith("; not compared: no measurement has stable", limited.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_what_is_usual_it_is_judged_as_in_a_rollout()
    {
        var usual = new GivenPast(0.01, 0.001, 14);

        var assessment = Made(new(
            [new(Bad: 10, Total: 1000, Past: usual), new(Bad: 100, Total: 1000, Past: usual)], FailureLimit: 0,
            History: new()));

        Assert.Equal([Verdict.Pass, Verdict.Fail], assessment.Windows.Select(window => window.Verdict));
        Assert.StartsWith(
            "unlike the past: 10 %, usual 1 %, allowed up to 2.39 % (14 days, tolerance 30 %",
            assessment.Windows[1].Detail, StringComparison.Ordinal);
        Assert.Equal(Verdict.Fail, assessment.Verdict);
        Assert.Equal(
            Verdict.Pass,
            Made(new([new(100, Past: new(200, 5, 14))], Unit: "count", History: new(Bad: "increase"))).AtTheEnd);
        Assert.Equal(
            Verdict.Inconclusive,
            Made(new([new(100, Past: new(200, 5, 14))], Unit: "count", History: new(Bad: "decrease"))).AtTheEnd);
    }

    [Fact]
    public void Without_a_past_a_metric_that_is_held_against_one_is_no_pass()
    {
        Assert.Equal(Verdict.NoData, Made(new([Good], History: new())).AtTheEnd);
        Assert.Equal(Verdict.Pass, Made(new([Good], Max: 0.05, History: new())).AtTheEnd);
    }

    [Fact]
    public void A_past_that_cannot_be_is_refused()
    {
        var refused = Assert.IsType<Judgement<Assessment>.Refused>(new AssessRequest(
            [
                new(1, Past: new(1, -1, 14)), new(1, Past: new(1, 1, 4)), new(1, Past: new(double.NaN, 1, 14)),
                new(NoData: "why", Past: new(1, 1, 14)), new(1, Past: new(1, 0, 14)),
            ],
            Compare: new(0.1), History: new(-1, "worse")).Assess());

        Assert.Equal(
            [
                "measurements[0]", "measurements[1]", "measurements[2]", "measurements[3]", "history",
                "history.tolerance", "history.bad",
            ],
            refused.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_by_its_path()
    {
        var refused = Assert.IsType<Judgement<Assessment>.Refused>(new AssessRequest(
            [new(), new(1, NoData: "no"), new(Bad: 1), null!], Name: "", Unit: "metres", Max: 1, Min: 2, FailAbove: 1,
            Count: 0, FailureLimit: -1, Compare: new(null, 0)).Assess());

        Assert.Equal(
            [
                "measurements[0]", "measurements[1]", "measurements[2]", "measurements[3]", "compare.metrics", "name",
                "unit", "failAbove", "min", "count", "failureLimit", "compare.margin",
            ],
            refused.Problems.Select(problem => problem.Path));
        Assert.Equal(
            "ratio, seconds, bytes, count or perSecond",
            refused.Problems.Single(problem => problem.Path == "unit").Expected);
    }

    [Fact]
    public void There_is_a_bound()
    {
        Assert.IsType<Judgement<Assessment>.Refused>(
            new AssessRequest([.. Enumerable.Repeat(Good, 10_001)], Max: 1).Assess());
        Assert.IsType<Judgement<Assessment>.Refused>(new AssessRequest(null, Max: 1).Assess());
    }

    [Fact]
    public void A_file_of_series_has_numbers_nulls_and_measurements()
    {
        var read = Assert.IsType<Judgement<SeriesFile>.Made>(SeriesFile.Read(
            """{"p99": [0.2, null, {"value": "NaN"}], "errors": [{"bad": 1, "total": 20}, {"error": "why"}, """
            + """{"bad": 1, "total": 20, "stable": {"bad": 2, "total": 90}}], """
            + """ "rate": [{"value": 3, "past": {"centre": 4, "spread": 1, "days": 10, "sameWeekday": 5}}]}"""));

        Assert.Equal(
            [new Reading.Value(0.2), new Reading.NoData("null in the file"), new Reading.Value(double.NaN)],
            read.Answer.Series["p99"].Select(one => one.Reading));
        Assert.Equal(
            [
                new(new Reading.Counts(1, 20)), new(new Reading.Error("why")),
                new(new Reading.Counts(1, 20), new Reading.Counts(2, 90)),
            ],
            read.Answer.Series["errors"].AsEnumerable());
        Assert.Equal(
            new(new Reading.Value(3), Past: new Past.Usual(4, 1, 10, 10, 5, 4)),
            Assert.Single(read.Answer.Series["rate"]));
    }

    [Theory]
    [InlineData("", "(file)")]
    [InlineData("[1]", "(file)")]
    [InlineData("{}", "(file)")]
    [InlineData("""{"p99": 1}""", "p99")]
    [InlineData("""{"p99": [1, "2"]}""", "p99[1]")]
    [InlineData("""{"p99": [{"vlaue": 1}]}""", "p99[0]")]
    [InlineData("""{"p99": [{"value": 1, "error": "x"}]}""", "p99[0]")]
    [InlineData("""{"p99": [[]]}""", "p99[0]")]
    [InlineData("""{"p99": [{"value": 1, "stable": {"bad": 1, "total": 2}}]}""", "p99[0]")]
    [InlineData("""{"p99": [{"bad": 1, "total": 2, "stable": {"bad": 1}}]}""", "p99[0]")]
    [InlineData("""{"p99": [1], "p99": [2]}""", "p99")]
    [InlineData("""{"p99": [{"buckets": {"0.1": 1}}]}""", "p99[0]")]
    [InlineData("""{"p99": [{"buckets": {"fast": 1, "+Inf": 2}}]}""", "p99[0]")]
    [InlineData("""{"p99": [{"buckets": {"0.1": -1, "+Inf": 2}}]}""", "p99[0]")]
    [InlineData("""{"p99": [{"buckets": {"0.1": 1, "+Inf": 2}, "value": 1}]}""", "p99[0]")]
    [InlineData("""{"p99": [{"buckets": {"+Inf": 2}, "stable": {"bad": 1, "total": 2}}]}""", "p99[0]")]
    public void A_file_that_is_wrong_is_told_so_by_its_path(string json, string path) =>
        Assert.Equal(path, Assert.Single(
            Assert.IsType<Judgement<SeriesFile>.Refused>(SeriesFile.Read(json)).Problems).Path);

    [Fact]
    public void A_request_is_written_and_read_back_the_same() =>
        Assert.Equal(
            [.. new[] { Good, None, Failing }],
            Vocabulary.Read<AssessRequest>(Vocabulary.Write(new AssessRequest([Good, None, Failing]))).Measurements!
                .Value.AsEnumerable());

    private static Assessment Of(params ImmutableArray<GivenMeasurement> measurements) =>
        Made(new(measurements, Unit: "ratio", Max: 0.05, MinSamples: 10));

    private static (Verdict?, Verdict) End(params ImmutableArray<GivenMeasurement> measurements) =>
        Of(measurements) is var it ? (it.Verdict, it.AtTheEnd) : default;

    private static Assessment Made(AssessRequest request) =>
        Assert.IsType<Judgement<Assessment>.Made>(request.Assess()).Answer;
}
