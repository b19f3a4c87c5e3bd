using System.Globalization;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slos;
using static OrleansRelease.Core.Tests.Slos.Counted;

namespace OrleansRelease.Core.Tests.Slos;

public sealed class WhatIsLeftOfABudget
{
    private static BudgetLeft Left(TileSeries series) => BudgetLeft.Of(Availability, series, Noon);

    [Fact]
    public void A_budget_is_the_time_for_which_everything_may_be_bad() =>
        // 30 d × 0.1 % = 43.2 minutes.
        Assert.Equal(new TimeSpan(0, 43, 12), Availability.Budget);

    [Fact]
    public void Minutes_of_full_outage_cost_as_much_of_it()
    {
        // 30 days of a thousand requests a minute, 11 minutes of it all bad: 43.2 - 11 = 32.2.
        var left = Assert.IsType<BudgetLeft.Measured>(Left(Series(45_000, before => before < 11 ? 1000 : 0)));

        Assert.Equal(32.2, left.OfFullOutage.TotalMinutes, 6);
        Assert.Equal(32.2 / 43.2, left.Share, 9);
        Assert.Equal(Availability.Window, left.Covered);
    }

    /// <summary>As a source gives it: a number a day, and none where there was nothing.</summary>
    [Fact]
    public void Days_say_the_same_as_minutes()
    {
        var step = BudgetDays.StepOf(Availability);
        var totals = Enumerable.Range(0, 30).ToDictionary(day => Noon - (step * day), _ => 1_440_000d);
        var bad = new Dictionary<DateTimeOffset, double> { [Noon - (step * 3)] = 11_000 };
        var good = totals.ToDictionary(day => day.Key, day => day.Value - bad.GetValueOrDefault(day.Key));

        var left = Assert.IsType<BudgetLeft.Measured>(
            Left(BudgetDays.Series(Availability, isGood: false, bad, totals)));

        Assert.Equal(TimeSpan.FromDays(1), step);
        Assert.Equal(32.2, left.OfFullOutage.TotalMinutes, 6);
        Assert.Equal(Availability.Window, left.Covered);
        Assert.Equal(left, Left(BudgetDays.Series(Availability, isGood: true, good, totals)));
    }

    [Fact]
    public void A_day_without_a_count_of_good_ones_says_nothing()
    {
        var today = new Dictionary<DateTimeOffset, double> { [Noon] = 1000 };

        Assert.IsType<BudgetLeft.NoHistory>(Left(BudgetDays.Series(
            Availability, isGood: true, new Dictionary<DateTimeOffset, double>(), today)));
        // Extrapolated each for itself, and then a contradiction.
        Assert.Equal(1, Assert.IsType<BudgetLeft.Measured>(Left(BudgetDays.Series(
            Availability, isGood: true, new Dictionary<DateTimeOffset, double> { [Noon] = 1000.0001 }, today))).Share);
        Assert.IsType<BudgetLeft.Unanswered>(Left(BudgetDays.Series(
            Availability, isGood: false, new Dictionary<DateTimeOffset, double> { [Noon] = 2000 }, today)));
    }

    [Theory]
    [InlineData("7.00:00:00", "1.00:00:00")]
    [InlineData("7.12:00:00", "22:30:00")]
    public void A_period_is_a_whole_number_of_its_stretches(string window, string step)
    {
        var slo = Availability with { Window = TimeSpan.Parse(window, CultureInfo.InvariantCulture) };

        Assert.Equal(TimeSpan.Parse(step, CultureInfo.InvariantCulture), BudgetDays.StepOf(slo));
    }

    [Fact]
    public void What_was_spent_before_the_window_is_given_back() =>
        Assert.Equal(1, Assert.IsType<BudgetLeft.Measured>(
            Left(Series(43_300, before => before >= 43_200 ? 1000 : 0))).Share);

    [Fact]
    public void More_than_all_of_it_may_be_spent()
    {
        var left = Assert.IsType<BudgetLeft.Measured>(Left(Series(43_200, _ => 2)));

        Assert.Equal(-1, left.Share, 9);
        Assert.Equal(-43.2, left.OfFullOutage.TotalMinutes, 6);
    }

    [Fact]
    public void A_young_service_has_spent_only_what_it_has_spent()
    {
        // An hour old, one percent bad: 0.6 minutes of 43.2, not ten times everything.
        var left = Assert.IsType<BudgetLeft.Measured>(Left(Series(60, _ => 10)));

        Assert.Equal(42.6, left.OfFullOutage.TotalMinutes, 6);
        Assert.Equal(TimeSpan.FromHours(1), left.Covered);
    }

    [Fact]
    public void A_gap_costs_what_lies_around_it()
    {
        // Half of the tiles of a day with one percent bad: as much as all of them, 14.4 minutes.
        var whole = Series(1440, _ => 10);
        var half = new TileSeries(Minute, [.. whole.Tiles.Where((_, i) => i % 2 == 0)]);

        Assert.Equal(43.2 - 14.4, Assert.IsType<BudgetLeft.Measured>(Left(half)).OfFullOutage.TotalMinutes, 6);
    }

    [Fact]
    public void Nobody_who_asked_is_no_number()
    {
        Assert.Equal(new BudgetLeft.NoHistory(), Left(None));
        Assert.Equal(new BudgetLeft.NoHistory(), Left(Series(10, _ => 0, total: 0)));
        Assert.IsType<BudgetLeft.Unanswered>(Left(Series(10, _ => 2, total: 1)));
    }

    [Fact]
    public void It_is_written_down_and_read_back()
    {
        foreach (var left in new[] { Left(None), Left(Series(60, _ => 10)), new BudgetLeft.Unanswered("503") })
            Assert.Equal(left, Vocabulary.Read<BudgetLeft>(Vocabulary.Write(left)));
    }
}
