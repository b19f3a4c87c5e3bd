using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;

namespace OrleansRelease.Core.Tests.Analysis.Judging;

public sealed class AssessingChecks
{
    private static readonly MetricSpec Page = Measured.Metric() with
    {
        Name = "pages/page",
        Source = new MetricSource.Monitor("page"),
    };

    private static SeriesFile Series(string json) =>
        Assert.IsType<Judgement<SeriesFile>.Made>(SeriesFile.Read(json)).Answer;

    private static ImmutableArray<FieldProblem> Refused<T>(Judgement<T> judgement) =>
        Assert.IsType<Judgement<T>.Refused>(judgement).Problems;

    [Fact]
    public void A_check_is_written_as_whether_it_held() => Assert.Equal(
        [
            new Reading.Checked(true, "it holds"), new Reading.Checked(false, "it fails"),
            new Reading.NoData("null in the file"), new Reading.Checked(false, "503"), new Reading.Error("why"),
        ],
        Series("""{"page": [true, false, null, {"holds": false, "words": "503"}, {"error": "why"}]}""").Series["page"]
            .Select(one => one.Reading));

    [Theory]
    [InlineData("""{"page": [{"holds": true, "value": 1}]}""")]
    [InlineData("""{"page": [{"words": "why"}]}""")]
    [InlineData("""{"page": [{"holds": "yes"}]}""")]
    public void What_is_no_check_is_refused(string json) => Assert.Single(Refused(SeriesFile.Read(json)));

    [Theory]
    [InlineData("[true, true]", Verdict.Pass)]
    [InlineData("[true, false, true]", Verdict.Pass)]
    [InlineData("[true, false, false]", Verdict.Fail)]
    [InlineData("[{\"error\": \"doubt\"}, {\"error\": \"doubt\"}]", Verdict.Error)]
    public void It_is_judged_by_the_limits_of_its_metric(string series, Verdict verdict)
    {
        var test = Assert.IsType<Judgement<TemplateTest>.Made>(
            TemplateTest.Of([Page], Series($$"""{"page": {{series}}}"""), only: null)).Answer;

        Assert.Equal(verdict, test.Verdict);
        Assert.Equal("monitor page", test.Metrics[0].Limits);
    }

    [Fact]
    public void Numbers_are_none_of_a_monitor_and_checks_of_nothing_else()
    {
        Assert.Equal("a monitor holds or fails", Assert.Single(Refused(
            TemplateTest.Of([Page], Series("""{"page": [true, 1]}"""), only: null))).Reason);
        Assert.Equal("only a monitor holds or fails", Assert.Single(Refused(
            TemplateTest.Of([Measured.Metric()], Series("""{"one": [1, true]}"""), only: null))).Reason);
    }

    [Fact]
    public void Without_a_template_they_need_no_limit_and_may_have_none()
    {
        ImmutableArray<GivenMeasurement> checks = [new(Holds: true), new(Holds: false), new(Holds: false)];

        var made = Assert.IsType<Judgement<Assessment>.Made>(new AssessRequest(checks, FailureLimit: 1).Assess());

        Assert.Equal(Verdict.Fail, made.Answer.Verdict);
        Assert.Single(Refused(new AssessRequest(checks, Max: 1).Assess()));
        Assert.NotEmpty(Refused(new AssessRequest([.. checks, new(Value: 1)]).Assess()));
    }
}
