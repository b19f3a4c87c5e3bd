using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Slos;
using static OrleansRelease.Core.Tests.Slos.Counted;

namespace OrleansRelease.Core.Tests.Slos;

public sealed class WhenABudgetBurns
{
    /// <summary>A day and a half before the judge's longest window.</summary>
    private const int LongAgo = 6480;

    private static BurnVerdict Judge(TileSeries series, DateTimeOffset? since = null, bool whole = false) =>
        BurnJudge.Judge(Availability, whole ? BurnScope.Whole : BurnScope.Candidate, series, Noon, since);

    // Google's table for 30 days; Sloth's for 28 (decimals of 2 % × 672 h / 1 h and so on).
    [Theory]
    [InlineData(30, "14.4 6 3 1")]
    [InlineData(28, "13.44 5.6 2.8 0.9333333333333333")]
    [InlineData(14, "6.72 2.8 1.4")]
    [InlineData(7, "3.36 1.4")]
    public void Factors_are_those_of_the_workbook_in_proportion_to_the_period(int days, string factors) =>
        Assert.Equal(factors, string.Join(' ', BurnPair.For(TimeSpan.FromDays(days)).Select(pair =>
            pair.FactorFor(TimeSpan.FromDays(days)).ToString(System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void A_full_outage_of_five_minutes_in_the_hour_fails_with_its_arithmetic()
    {
        // 5 of 60 minutes: 5000 ÷ 60000 ÷ 0.001 = 83.33; of the last five minutes everything: 1000.
        var verdict = Judge(Series(LongAgo, before => before < 5 ? 1000 : 0));

        Assert.Equal(Verdict.Fail, verdict.Verdict);
        var page = verdict.Pairs[0];
        Assert.Equal((14.4, true), (page.Factor, page.Burns));
        Assert.Equal((5000, 60_000), (page.LongWindow.Bad, page.LongWindow.Total));
        Assert.Equal(83.333, page.LongWindow.Burn!.Value, 3);
        Assert.Equal(1000, page.ShortWindow.Burn!.Value, 9);
        Assert.Equal(
            "burns 1000× over 5m and 83.333× over 1h, both above 14.4× (page)", verdict.Detail);
        Assert.Equal(BurnJudge.Version, verdict.JudgeVersion);
    }

    [Fact]
    public void What_burned_in_the_hour_and_has_stopped_does_not_fail()
    {
        // The long window still says 83, the short one 0.
        var verdict = Judge(Series(60, before => before is >= 30 and < 35 ? 1000 : 0));

        Assert.True(verdict.Pairs[0].LongWindow.Burn > 14.4);
        Assert.Equal(0, verdict.Pairs[0].ShortWindow.Burn);
        Assert.DoesNotContain("(page)", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Exactly_the_factor_is_not_above_it()
    {
        // 6 of 1000 are bad all the time: 0.006 ÷ 0.001 is 6 for doubles too, and 6 > 6 is false.
        var verdict = Judge(Series(LongAgo, _ => 6));

        Assert.Equal(6, verdict.Pairs[1].LongWindow.Burn);
        Assert.False(verdict.Pairs[1].Burns);
        Assert.True(verdict.Pairs[2].Burns);
        Assert.Equal(Verdict.Inconclusive, verdict.Verdict);
    }

    [Fact]
    public void A_slow_burn_of_the_candidate_is_inconclusive_and_of_the_whole_service_a_note()
    {
        var series = Series(LongAgo, _ => 4);

        Assert.Equal(Verdict.Inconclusive, Judge(series).Verdict);
        var whole = Judge(series, whole: true);
        Assert.Equal(Verdict.Pass, whole.Verdict);
        Assert.Contains("(ticket), which is the service's", whole.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_burned_the_whole_service_before_does_not_convict_what_may_put_it_out()
    {
        var series = Series(LongAgo, before => before < 120 ? 100 : 0);

        Assert.Equal(Verdict.Fail, Judge(series, Noon.AddHours(-3), whole: true).Verdict);
        var later = Judge(series, Noon.AddMinutes(-10), whole: true);
        Assert.Equal(Verdict.Pass, later.Verdict);
        Assert.EndsWith("since before the rollout", later.Detail, StringComparison.Ordinal);
        Assert.Equal(Verdict.Fail, Judge(series, Noon.AddMinutes(-10)).Verdict);
    }

    [Fact]
    public void A_candidate_of_one_percent_fails_on_its_own_requests_and_is_lost_in_the_whole()
    {
        // One of ten of its ten requests a minute: 0.1 % of the service, which is what may be bad.
        var own = Series(30, _ => 1, total: 10);
        var whole = Series(LongAgo, before => before < 30 ? 1 : 0);

        Assert.Equal(Verdict.Fail, Judge(own).Verdict);
        Assert.Equal(Verdict.Pass, Judge(whole, Noon.AddMinutes(-30), whole: true).Verdict);
    }

    [Fact]
    public void Nothing_measured_is_no_success()
    {
        Assert.Equal(Verdict.NoData, Judge(None).Verdict);
        var silent = new TileSeries(Minute, [.. Series(LongAgo, _ => 0).Tiles.Where(t => t.End < Noon.AddMinutes(-5))]);
        Assert.Equal("0 requests in 5m, 10 are needed", Judge(silent).Detail);
        Assert.Equal(Verdict.NoData, Judge(silent).Verdict);
        Assert.Equal(Verdict.NoData, Judge(Series(LongAgo, _ => 0, total: 0)).Verdict);
        Assert.Equal(Verdict.NoData, Judge(Series(LongAgo, _ => 0, total: 1.9)).Verdict);
        Assert.Equal(Verdict.Pass, Judge(Series(LongAgo, _ => 0, total: 2)).Verdict);
    }

    [Fact]
    public void A_window_takes_what_ended_in_it_and_says_how_much_was_measured()
    {
        // The tile that ended five minutes ago began before the window.
        var verdict = Judge(Series(90, before => before == 5 ? 1000 : 0));

        Assert.Equal(0, verdict.Pairs[0].ShortWindow.Bad);
        Assert.Equal(5000, verdict.Pairs[0].ShortWindow.Total);
        Assert.Equal(TimeSpan.FromMinutes(90), verdict.Pairs[^1].LongWindow.Covered);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(2, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(1e306, 1e306)]
    public void Counts_that_contradict_each_other_are_an_error(double bad, double total) =>
        Assert.Equal(Verdict.Error, Judge(new(Minute, [new(Noon, bad, total)])).Verdict);

    [Fact]
    public void Tiles_that_are_not_from_old_to_new_are_no_series() =>
        Assert.Throws<ArgumentException>(() => new TileSeries(Minute, [new(Noon, 0, 1), new(Noon, 0, 1)]));
}
