using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;

namespace OrleansRelease.Core.Tests.Analysis.Seasonal;

/// <summary>Fourteen days at steps of a quarter of an hour; the window ends half an hour after the beginning.</summary>
public sealed class MakingWhatIsUsual
{
    private static readonly TimeSpan Half = TimeSpan.FromMinutes(30);

    [Fact]
    public void A_past_that_never_changes_has_its_centre_and_no_spread()
    {
        // From 12:00 (left out, as the start of a range) to 13:00 of fourteen days there are four values each.
        Assert.Equal(new Past.Usual(5, 0, 14, 56, 5, 5), PastOf.Usual(_ => 5, after: Half));
    }

    [Fact]
    public void Centre_and_spread_are_median_and_median_absolute_deviation_by_hand()
    {
        // In the hours before all days are at 10; after noon day k is at 10 + k. Of 1 to 7 the median is 4, and the
        // deviations from it are 0, 1, 1, 2, 2, 3, 3: their median is 2. The seventh day is the same weekday.
        var usual = PastOf.Usual(
            at => at.Hour >= 12 && at < PastOf.Began ? 10 + PastOf.DaysBefore(at) + 1 : 10, days: 7, after: Half);

        Assert.Equal((14, 2 * 1.4826, 17, 7), (usual.Centre, usual.Spread, (int)usual.SameWeekday!, usual.Days));
    }

    [Fact]
    public void One_number_of_each_day_is_enough_where_somebody_has_put_it_to_todays_level()
    {
        var days = Season.At([17, 16, 15, null, 14, 13, double.NaN, 12, 11]);
        var week = Season.At([17, 16, 15, 14, 13, 12, 11]);

        Assert.Equal(new Past.Usual(14, 2 * 1.4826, 7, 7, 15, 14), days);
        Assert.Equal(new Past.Usual(14, 2 * 1.4826, 7, 7, 17, 14), week);
        Assert.Equal(
            new Past.NoData("the past has 4 comparable days, 5 are needed"), Season.At([1, null, 2, 3, 4]));
    }

    [Fact]
    public void The_same_time_of_each_day_counts_and_no_other()
    {
        var usual = PastOf.Usual(at => at.Hour is 9 or 10 or 11 ? 100 : at.Hour == 12 ? 150 : 1000, after: Half);

        // 13:00 of each day is at the edge of the hour around 12:30, and far higher: one value of four.
        Assert.Equal(150, usual.Centre);
        Assert.Equal(0, usual.Spread);
    }

    [Theory]
    [InlineData(0.97)]
    [InlineData(1.03)]
    public void A_trend_is_no_difference(double perDay)
    {
        var usual = PastOf.Usual(
            at => 200 * Math.Pow(perDay, (at - PastOf.Began).TotalDays), after: TimeSpan.FromHours(2));

        // What the trend does in the three and a half hours between the middle of both stretches.
        Assert.InRange(usual.Centre, 200 * 0.99, 200 * 1.01);
        Assert.InRange(usual.Spread, 0, 2);
    }

    [Fact]
    public void A_deploy_that_has_shifted_the_level_three_days_ago_is_no_difference()
    {
        var usual = PastOf.Usual(at => PastOf.DaysBefore(at) < 3 ? 300 : 200, after: Half);

        Assert.Equal((300, 0), (usual.Centre, usual.Spread));
    }

    [Fact]
    public void Incidents_on_two_days_of_fourteen_move_neither_centre_nor_spread()
    {
        var usual = PastOf.Usual(
            at => PastOf.DaysBefore(at) is 4 or 8 && at.Hour is 12 or 13 ? 9_000 : 200 + at.Minute, after: Half);
        var quiet = PastOf.Usual(at => 200 + at.Minute, after: Half);

        // The median moves from between 215 and 230 to the latter.
        Assert.Equal((222.5, 230), (quiet.Centre, usual.Centre));
        Assert.InRange(usual.Spread, quiet.Spread, quiet.Spread * 1.5);
    }

    [Fact]
    public void What_is_missing_or_no_number_is_left_out()
    {
        var usual = PastOf.Usual(
            at => PastOf.DaysBefore(at) switch { 2 => null, 5 => double.NaN, 6 => double.PositiveInfinity, _ => 7 },
            after: Half);

        // A day without its hours before is none either: 2, 3, 5, 6 and 7 are missing.
        Assert.Equal((9, 36, 7), (usual.Days, usual.Values, usual.Centre));
    }

    [Fact]
    public void Zeros_are_taken_as_differences()
    {
        var usual = PastOf.Usual(at => at.Hour == 12 ? 3 : 0, after: Half);

        Assert.Equal((3, 0), (usual.Centre, usual.Level));
    }

    [Fact]
    public void A_day_with_an_outage_does_not_make_ratios_differences()
    {
        // Half a level three days ago, and on one day nothing at noon: by differences the centre would be 250.
        var usual = PastOf.Usual(
            at => PastOf.DaysBefore(at) == 9 && at.Hour == 12 ? 0 : (PastOf.DaysBefore(at) < 3 ? 2 : 1)
                * (at.Hour == 12 ? 150 : 100),
            after: Half);

        Assert.Equal((300, 13), (usual.Centre, usual.Days));
    }

    [Theory]
    [InlineData(4, "the past has 4 comparable days, 5 are needed")]
    [InlineData(0, "the past has 0 comparable days, 5 are needed")]
    public void Few_days_are_no_evidence(int there, string reason)
    {
        var points = PastOf.Days(14, at => PastOf.DaysBefore(at) <= there ? 1 : null);

        Assert.Equal(new Past.NoData(reason), Season.At(points, 14, PastOf.Began, PastOf.Began + Half));
    }

    [Fact]
    public void Without_the_hours_before_nobody_knows_the_level()
    {
        var points = PastOf.Days(14, at => at > PastOf.Began - TimeSpan.FromMinutes(105) ? null : 1);

        Assert.Equal(
            new Past.NoData("the hours before the rollout have 5 values, 6 are needed"),
            Season.At(points, 14, PastOf.Began, PastOf.Began + Half));
    }

    [Fact]
    public void What_the_new_version_did_itself_is_none_of_the_past()
    {
        // Thirty hours after the beginning, yesterday at this time is within the rollout.
        var after = TimeSpan.FromHours(30);
        var points = PastOf.Days(14, _ => 5).Add(new(PastOf.Began + TimeSpan.FromHours(6), 900));

        var usual = Assert.IsType<Past.Usual>(Season.At(points, 14, PastOf.Began, PastOf.Began + after));

        Assert.Equal((13, 5, 0), (usual.Days, usual.Centre, usual.Spread));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(14)]
    [InlineData(28)]
    public void The_stretch_that_is_asked_for_is_bounded(int days)
    {
        var (start, end) = Season.Stretch(days, PastOf.Began);

        Assert.Equal(PastOf.Began, end);
        Assert.InRange((end - start) / Season.StepOf(days), 100, 1_400);
        Assert.Equal(0, TimeSpan.FromDays(1).Ticks % Season.StepOf(days).Ticks);
    }

    [Fact]
    public void The_beginning_is_the_same_by_any_window()
    {
        var limits = Measured.Limits with { InitialDelay = TimeSpan.FromMinutes(5) };
        var metric = Measured.Metric() with { Limits = limits };
        var tally = Tally.From(PastOf.Began + limits.InitialDelay);

        Assert.All([0, 1, 77], number =>
            Assert.Equal(PastOf.Began, Season.BeganOf(metric, Windows.At(metric, tally, number))));
    }
}
