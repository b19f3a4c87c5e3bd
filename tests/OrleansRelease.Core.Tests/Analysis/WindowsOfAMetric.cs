using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Tests.Slos;

namespace OrleansRelease.Core.Tests.Analysis;

/// <summary>Windows of a minute from nine o'clock on.</summary>
public sealed class WindowsOfAMetric
{
    private static readonly MetricSpec LooksBack = Measured.Metric();

    private static readonly MetricSpec LooksNowOnly =
        Measured.Metric() with { Source = new MetricSource.Target("restarts") };

    [Fact]
    public void They_tile_so_that_no_request_is_counted_twice()
    {
        var tally = Tally.From(Measured.Nine);
        var windows = Enumerable.Range(0, 100).Select(number => Windows.At(LooksBack, tally, number)).ToList();

        Assert.Equal(Measured.Nine, windows[0].Start);
        Assert.Equal(Enumerable.Range(0, 100), windows.Select(window => window.Number));
        Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
        Assert.All(windows, window => Assert.Equal(TimeSpan.FromMinutes(1), window.End - window.Start));
    }

    [Theory]
    [InlineData(0, 0, 60)]
    [InlineData(0, 5, 65)]
    [InlineData(9, 0, 600)]
    [InlineData(9, 2, 602)]
    public void The_next_one_is_complete_when_its_end_has_reached_the_source(int next, int delay, int seconds)
    {
        var tally = Tally.From(Measured.Nine) with { NextWindow = next };

        Assert.Equal(
            Measured.Nine.AddSeconds(seconds), Windows.DueAt(LooksBack, tally, TimeSpan.FromSeconds(delay)));
    }

    [Theory]
    // The first is read when it has ended, not a moment sooner.
    [InlineData(-30, 0, 0, null)]
    [InlineData(59.999, 0, 0, null)]
    [InlineData(60, 0, 0, 0)]
    // A source that is five seconds behind is asked five seconds later.
    [InlineData(64.999, 0, 5, null)]
    [InlineData(65, 0, 5, 0)]
    // One after the other.
    [InlineData(119, 1, 0, null)]
    [InlineData(120, 1, 0, 1)]
    [InlineData(185, 1, 5, 1)]
    // After an outage in order, from the twentieth before the newest on.
    [InlineData(600, 0, 0, 0)]
    [InlineData(21 * 60, 0, 0, 0)]
    [InlineData(22 * 60, 0, 0, 1)]
    [InlineData(60 * 60, 0, 0, 39)]
    [InlineData((60 * 60) + 4, 0, 5, 38)]
    [InlineData(60 * 60, 50, 0, 50)]
    [InlineData(60 * 60, 60, 0, null)]
    public void Missed_ones_are_read_in_order_where_the_source_can_look_back(
        double seconds, int next, int delay, int? window) =>
        Assert.Equal(window, Due(LooksBack, seconds, next, delay)?.Number);

    [Theory]
    [InlineData(59.999, 0, 0, null)]
    [InlineData(60, 0, 0, 0)]
    [InlineData(600, 0, 0, 9)]
    [InlineData(600, 9, 0, 9)]
    [InlineData(659.999, 0, 0, 9)]
    [InlineData(604, 0, 5, 8)]
    [InlineData(600, 10, 0, null)]
    public void Where_it_cannot_only_the_newest_one_is_read(double seconds, int next, int delay, int? window) =>
        Assert.Equal(window, Due(LooksNowOnly, seconds, next, delay)?.Number);

    [Theory]
    [InlineData(299, 0, null)]
    [InlineData(300, 0, 0)]
    [InlineData(3_600, 0, 11)]
    [InlineData(3_600, 12, null)]
    public void Of_a_burn_only_the_newest_is_read(double seconds, int next, int? window) =>
        Assert.Equal(window, Due(new BurningRollout().Rollout.Spec.Burns[0], seconds, next, delay: 0)?.Number);

    [Fact]
    public void The_one_that_is_read_is_the_one_of_its_number() =>
        Assert.Equal(Measured.Window(39), Due(LooksBack, seconds: 3600, next: 0, delay: 0));

    [Fact]
    public void Very_many_missed_ones_are_no_overflow()
    {
        var often = LooksBack with
        {
            Limits = LooksBack.Limits with { Interval = TimeSpan.FromMilliseconds(1) },
        };
        var window = Due(often, TimeSpan.FromDays(3650).TotalSeconds, next: 0, delay: 0)!;

        Assert.True(window.Number > 0 && window.End <= Measured.Nine.AddDays(3650), $"{window}");
    }

    private static Window? Due(MetricSpec metric, double seconds, int next, int delay) => Windows.Due(
        metric, Tally.From(Measured.Nine) with { NextWindow = next }, TimeSpan.FromSeconds(delay),
        Measured.Nine.AddSeconds(seconds));
}
