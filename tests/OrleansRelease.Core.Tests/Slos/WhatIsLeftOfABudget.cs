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
