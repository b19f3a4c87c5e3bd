using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Router.Counting;

namespace OrleansRelease.Router.Tests.Counting;

public sealed class WhenAWindowIsCounted
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly RequestCounter _counter;

    public WhenAWindowIsCounted() => _counter = new RequestCounter(_time);

    [Fact]
    public void Windows_that_tile_count_each_request_once()
    {
        for (var i = 0; i < 1000; i++)
        {
            _counter.Start();
            _counter.End(bad: i % 10 == 0, slow: i % 4 == 0);
            _time.Advance(TimeSpan.FromMilliseconds(17));
        }

        _time.Advance(TimeSpan.FromSeconds(5));
        long[] cuts = [0, 333, 1_000, 1_001, 7_777, 12_000, 20_000];
        var counted = cuts.Zip(cuts.Skip(1), Count).Cast<WindowCount.Counted>().ToList();

        Assert.Equal(1000, counted.Sum(window => window.Total));
        Assert.Equal(100, counted.Sum(window => window.Bad));
        Assert.Equal(250, counted.Sum(window => window.Slow));
        Assert.All(counted.Zip(counted.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
    }

    [Fact]
    public void A_window_without_requests_is_counted_as_zero_only_when_it_was_covered()
    {
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.IsType<WindowCount.Counted>(Count(0, 5_000));
        Assert.IsType<WindowCount.NotCovered>(Count(-1, 5_000));
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(9_900, false)]
    public void A_window_is_over_when_its_last_bucket_is(int now, bool over)
    {
        _time.Advance(TimeSpan.FromMilliseconds(now));

        Assert.Equal(over, Count(0, 9_901) is WindowCount.Counted);
    }

    [Fact]
    public void Counts_are_kept_for_half_an_hour_and_then_said_to_be_forgotten()
    {
        _counter.End(bad: true, slow: false);
        _time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(1, Assert.IsType<WindowCount.Counted>(Count(0, 1_000)).Bad);

        _time.Advance(TimeSpan.FromMinutes(1));
        _counter.End(bad: false, slow: false);

        Assert.IsType<WindowCount.Forgotten>(Count(0, 1_000));
    }

    [Fact]
    public void A_clock_that_is_set_back_changes_no_bucket_that_is_over()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        _counter.End(bad: false, slow: false);
        var before = Count(0, 9_000);
        _time.AdjustTime(Start + TimeSpan.FromSeconds(9));
        _counter.End(bad: true, slow: false);
        _time.AdjustTime(Start + TimeSpan.FromSeconds(20));

        Assert.Equal(before, Count(0, 9_000));
        Assert.Equal(2, Assert.IsType<WindowCount.Counted>(Count(0, 11_000)).Total);
    }

    private WindowCount Count(long from, long to) =>
        _counter.Count(Start.ToUnixTimeMilliseconds() + from, Start.ToUnixTimeMilliseconds() + to);
}
