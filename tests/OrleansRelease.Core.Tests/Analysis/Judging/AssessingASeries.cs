using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;
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
    [InlineData("open: 1 passed, 1 failed, 0 inconclusive, 1 without data, 1 errors", null, "PFNE")]
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
        Assert.Equal(2, assessment.DecidedAt);
        Assert.Equal("1 are inconclusive, 0 may be", assessment.Reason);
        Assert.Equal(
            "2 passed in a row, 2 are needed",
            Made(request with { Measurements = [new(0.4), new(0.4)] }).Reason);
        Assert.Equal(
            "1 of 1 passed, within the limits",
            Made(request with { Measurements = [new(0.4)], Count = 1 }).Reason);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_by_its_path()
    {
        var refused = Assert.IsType<Judgement<Assessment>.Refused>(new AssessRequest(
            [new(), new(1, NoData: "no"), new(Bad: 1), null!], Name: "", Unit: "metres", Max: 1, Min: 2, FailAbove: 1,
            Count: 0, FailureLimit: -1).Assess());

        Assert.Equal(
            [
                "measurements[0]", "measurements[1]", "measurements[2]", "measurements[3]", "name", "unit", "failAbove",
                "min", "count", "failureLimit",
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
            new AssessRequest([.. Enumerable.Repeat(Good, 10_001)]).Assess());
        Assert.IsType<Judgement<Assessment>.Refused>(new AssessRequest(null).Assess());
    }

    [Fact]
    public void A_file_of_series_has_numbers_nulls_and_measurements()
    {
        var read = Assert.IsType<Judgement<SeriesFile>.Made>(SeriesFile.Read(
            """{"p99": [0.2, null, {"value": "NaN"}], "errors": [{"bad": 1, "total": 20}, {"error": "why"}]}"""));

        Assert.Equal(
            [new Reading.Value(0.2), new Reading.NoData("null in the file"), new Reading.Value(double.NaN)],
            read.Answer.Series["p99"].AsEnumerable());
        Assert.Equal(
            [new Reading.Counts(1, 20), new Reading.Error("why")], read.Answer.Series["errors"].AsEnumerable());
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
    [InlineData("""{"p99": [1], "p99": [2]}""", "p99")]
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
