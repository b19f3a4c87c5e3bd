using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Tests.Analysis.Judging;

/// <summary>What metrics come to together, whoever judges them; here by a limit of 5.</summary>
public sealed class WeighingMetrics
{
    private static readonly MetricValues Good = new("good", [1, 2], Group: "a", Weight: 60);
    private static readonly MetricValues Bad = new("bad", [7, 8], Group: "b", Weight: 40);
    private static readonly MetricValues Empty = new("empty", [null], Group: "c");

    [Fact]
    public void The_worst_metric_is_the_verdict_where_nobody_says_what_the_score_must_be()
    {
        var answer = Made(new(Max: 5), Good, Bad);

        Assert.Equal((Verdict.Fail, 60d), (answer.Verdict, answer.Score!.Value));
        Assert.Equal("bad: 2 failed, 1 may; the first: 7 > 5", answer.Reason);
        Assert.Equal([new("a", 60, 100), new("b", 40, 0)], answer.Groups!.Value.AsEnumerable());
    }

    [Theory]
    [InlineData(60, 50, Verdict.Pass)]
    [InlineData(61, 60, Verdict.Inconclusive)]
    [InlineData(70, 61, Verdict.Fail)]
    public void The_score_is_the_verdict_where_somebody_does(double pass, double marginal, Verdict verdict)
    {
        var answer = Made(new(Max: 5, PassThreshold: pass, MarginalThreshold: marginal), Good, Bad);

        Assert.Equal((verdict, "60 of 100: a 100 × 60 % + b 0 × 40 %"), (answer.Verdict, answer.Reason));
    }

    [Fact]
    public void A_critical_metric_that_fails_makes_all_of_it_nothing()
    {
        var answer = Made(new(Max: 5, PassThreshold: 10, MarginalThreshold: 10), Good, Bad with { Critical = true });

        Assert.Equal((Verdict.Fail, 0d), (answer.Verdict, answer.Score!.Value));
        Assert.Equal("critical bad: 2 failed, 1 may; the first: 7 > 5", answer.Reason);
        Assert.Equal([false, true], answer.Metrics.Select(metric => metric.Critical));
    }

    [Fact]
    public void A_critical_metric_that_passes_counts_as_any_other() =>
        Assert.Equal(60, Made(new(Max: 5), Good with { Critical = true }, Bad).Score);

    [Fact]
    public void What_has_no_data_is_outweighed_by_nothing()
    {
        var answer = Made(new(Max: 5, PassThreshold: 50), Good, Bad, Empty);

        Assert.Equal((Verdict.NoData, 60d), (answer.Verdict, answer.Score!.Value));
        Assert.StartsWith("empty: ", answer.Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.NoData, Made(new(Max: 5, PassThreshold: 0), Empty).Verdict);
        Assert.Null(Made(new(Max: 5, PassThreshold: 0), Empty).Score);
    }

    [Theory]
    [InlineData(true, false, Classification.NodataFailMetric, Verdict.Fail)]
    [InlineData(true, true, Classification.Nodata, Verdict.Fail)]
    [InlineData(false, true, Classification.Nodata, Verdict.Fail)]
    [InlineData(false, false, Classification.Nodata, Verdict.NoData)]
    public void Missing_data_fails_what_must_have_some(
        bool mustHaveData, bool critical, Classification classification, Verdict verdict)
    {
        var answer = Made(new(Max: 5), Good, Empty with { MustHaveData = mustHaveData, Critical = critical });

        Assert.Equal(
            (classification, verdict, critical),
            (answer.Metrics[1].Classification, answer.Metrics[1].Verdict, answer.Metrics[1].Critical));
        Assert.Equal(verdict, answer.Verdict);
    }

    [Fact]
    public void Undecided_is_no_missing_data()
    {
        MetricValues errors = new(
            "errors", [1, 1], [1, 1], Critical: true, MustHaveData: true, ExperimentTotals: [9, 9],
            ControlTotals: [9, 9]);

        var answer = Made("sequential", new(PassThreshold: 50), errors);

        Assert.Equal((Verdict.Inconclusive, null), (answer.Verdict, answer.Score));
        Assert.Equal(
            (Classification.Nodata, Verdict.Inconclusive, false),
            (answer.Metrics[0].Classification, answer.Metrics[0].Verdict, answer.Metrics[0].Critical));
        Assert.StartsWith("errors: undecided: ", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("increase", Classification.High)]
    [InlineData("decrease", Classification.Low)]
    [InlineData("either", Classification.High)]
    [InlineData(null, Classification.High)]
    public void A_limit_counts_in_the_direction_that_is_bad(string? direction, Classification classification)
    {
        var metric = new MetricValues("a", [9, 9, 0, 0], Direction: direction);

        Assert.Equal(classification, Made(new(Max: 5, Min: 1), metric).Metrics[0].Classification);
    }

    [Fact]
    public void A_value_that_is_missing_may_be_zero()
    {
        var metric = new MetricValues("a", [null, double.NaN, 3]);

        var zeros = Made(new(Min: 1), metric with { NanStrategy = "replace" });

        Assert.Equal(Verdict.Pass, Made(new(Min: 1), metric).Verdict);
        Assert.Equal((Verdict.Fail, "a: 2 failed, 1 may; the first: 0 < 1"), (zeros.Verdict, zeros.Reason));
    }

    private static JudgeAnswer Made(JudgeConfig config, params ImmutableArray<MetricValues> metrics) =>
        Made("threshold", config, metrics);

    private static JudgeAnswer Made(string judge, JudgeConfig config, params ImmutableArray<MetricValues> metrics) =>
        Assert.IsType<Judgement<JudgeAnswer>.Made>(Judges.Judge(new(judge, metrics, config))).Answer;
}
