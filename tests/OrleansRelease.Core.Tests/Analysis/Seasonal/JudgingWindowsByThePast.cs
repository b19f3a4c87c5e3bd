using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;

namespace OrleansRelease.Core.Tests.Analysis.Seasonal;

/// <summary>Usual are 200 ms, and 260 are allowed.</summary>
public sealed class JudgingWindowsByThePast
{
    private static readonly Past.Usual Usual = new(0.2, 0.01, 14, 56, 0.2, 0.2);

    [Theory]
    [InlineData(0.21, Verdict.Pass, "210 ms, usual 200 ms, allowed up to 260 ms")]
    [InlineData(0.3, Verdict.Fail, "unlike the past: 300 ms, usual 200 ms, allowed up to 260 ms")]
    public void The_past_alone_judges_where_there_is_no_limit(double value, Verdict verdict, string told)
    {
        var judged = Judge(value, Usual);

        Assert.Equal((verdict, true), (judged.Verdict, judged.Counted));
        Assert.StartsWith(told, judged.Detail, StringComparison.Ordinal);
        Assert.Equal(value, judged.Past!.Value);
    }

    [Fact]
    public void A_limit_that_is_broken_needs_no_past()
    {
        var judged = Judge(0.9, Usual, max: 0.8);

        Assert.Equal((Verdict.Fail, null), (judged.Verdict, judged.Past));
        Assert.Equal("900 ms > 800 ms", judged.Detail);
    }

    [Fact]
    public void Within_its_limit_the_past_may_still_convict() =>
        Assert.Equal(Verdict.Fail, Judge(0.7, Usual, max: 0.8).Verdict);

    [Fact]
    public void What_the_limits_find_doubtful_is_not_acquitted_by_the_past()
    {
        var wide = Usual with { Spread = 1 };

        Assert.Equal(Verdict.Inconclusive, Judge(0.9, wide, max: 0.8, failAbove: 2).Verdict);
        Assert.Equal(Verdict.Fail, Judge(0.9, Usual, max: 0.8, failAbove: 2).Verdict);
    }

    [Fact]
    public void Without_a_past_and_a_limit_there_is_no_evidence()
    {
        Assert.Equal(
            (Verdict.NoData, "the past is not known: too few days"), Told(Judge(0.2, new Past.NoData("too few days"))));
        Assert.Equal((Verdict.Error, "the past is not known: down"), Told(Judge(0.2, new Past.Error("down"))));
        Assert.Equal(
            (Verdict.NoData, "the past is not known: nobody has asked for the past"), Told(Judge(0.2, null)));
    }

    [Fact]
    public void Without_a_past_the_limit_judges_alone() =>
        Assert.Equal(
            (Verdict.Pass, "200 ms; the past is not known: down"), Told(Judge(0.2, new Past.Error("down"), max: 0.8)));

    [Theory]
    [InlineData(0.2, Verdict.Pass, "200 ms; never counted: 200 ms, ")]
    [InlineData(0.5, Verdict.Pass, "500 ms; never counted: unlike the past: 500 ms, ")]
    [InlineData(0.9, Verdict.Fail, "900 ms > 800 ms")]
    public void Where_nobody_has_asked_for_it_the_limit_judges_alone_and_the_past_is_shown(
        double value, Verdict verdict, string told)
    {
        var metric = Metric(0.8, null);
        metric = metric with { History = metric.History! with { IsShown = true } };

        var judged = WindowJudge.Judge(metric, Tally.From(Measured.Nine), Of(value, Usual), true, 0);

        Assert.Equal(verdict, judged.Verdict);
        Assert.StartsWith(told, judged.Detail, StringComparison.Ordinal);
        Assert.Equal(verdict == Verdict.Fail, judged.Past is null);
    }

    [Fact]
    public void A_window_in_which_a_share_changed_is_not_held_against_the_past()
    {
        var judged = WindowJudge.Judge(Metric(null, null), Tally.From(Measured.Nine), Of(0.9, Usual), false, 0);

        Assert.Equal((Verdict.Pass, false, null), (judged.Verdict, judged.Counted, judged.Past));
    }

    [Fact]
    public void Of_counts_the_share_of_bad_ones_is_judged_whatever_the_limit_is_of()
    {
        var metric = Metric(null, null) with { Unit = Unit.Ratio, Thresholds = new(null, 0.5, null) };
        var usual = new Past.Usual(0.01, 0.001, 14, 56, 0.01, 0.01);
        var measured = Of(0, usual) with { Reading = new Reading.Counts(900, 10_000) };

        var judged = WindowJudge.Judge(metric, Tally.From(Measured.Nine), measured, true, 0);

        Assert.Equal((Verdict.Fail, 0.09), (judged.Verdict, judged.Past!.Value));
    }

    [Fact]
    public void A_metric_that_is_not_held_against_the_past_is_judged_as_ever()
    {
        var metric = Metric(null, null) with { History = null };

        Assert.Equal(
            ThresholdJudge.Judge(metric, Of(0.9, Usual), true),
            WindowJudge.Judge(metric, Tally.From(Measured.Nine), Of(0.9, Usual), true, 0));
    }

    [Fact]
    public void The_arithmetic_is_with_the_verdict_and_not_kept_twice()
    {
        var judged = Judge(0.3, Usual);

        Assert.Null(ThresholdJudge.Add(Tally.From(Measured.Nine), judged).Recent[0].Past);
    }

    private static (Verdict, string) Told(Judged judged) => (judged.Verdict, judged.Detail);

    private static Judged Judge(double value, Past? past, double? max = null, double? failAbove = null) =>
        WindowJudge.Judge(Metric(max, failAbove), Tally.From(Measured.Nine), Of(value, past), true, 0);

    private static Measurement Of(double value, Past? past) =>
        new("signals/one", Measured.Window(0), new Reading.Value(value), Past: past);

    private static MetricSpec Metric(double? max, double? failAbove) =>
        Measured.Metric(Unit.Seconds, new(max, null, failAbove)) with
        {
            History = new(14, 0.3, BadChange.Increase, "q"),
        };
}
