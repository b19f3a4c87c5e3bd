using OrleansRelease.Adapters.Metrics.Prometheus;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenAWindowIsAsked
{
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 15_000)]
    [InlineData(14_999, 15_000)]
    [InlineData(15_000, 15_000)]
    [InlineData(15_001, 30_000)]
    public void Its_end_is_the_next_whole_scrape_interval(int milliseconds, int asked)
    {
        var window = QueryWindow.Of(Rig.WindowAt(Rig.Start.AddMilliseconds(milliseconds)), ScrapeInterval);

        Assert.Equal(Rig.Start.AddMilliseconds(asked), window.End);
        Assert.Equal(TimeSpan.FromMinutes(1), window.End - window.Start);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(40)]
    [InlineData(31)]
    public void It_begins_no_earlier_ends_within_the_sources_delay_and_windows_still_tile(int seconds)
    {
        var length = TimeSpan.FromSeconds(seconds);
        for (var shift = 0; shift < 60_000; shift += 997)
        {
            var start = Rig.Start.AddMilliseconds(shift);
            var first = new Window(0, start, start + length);
            var (asked, next) = (
                QueryWindow.Of(first, ScrapeInterval),
                QueryWindow.Of(new Window(1, first.End, first.End + length), ScrapeInterval));
            Assert.True(asked.End - asked.Start >= ScrapeInterval * 2);
            Assert.InRange(asked.Start, first.Start, first.Start + ScrapeInterval);
            Assert.InRange(asked.End, first.End, first.End + ScrapeInterval);
            Assert.Equal(asked.End, next.Start);
        }
    }

    [Theory]
    [InlineData(60_000, "60s 1767225540 1767225600")]
    [InlineData(1_500, "1500ms 1767225598.5 1767225600")]
    public void Its_words_are_in_the_sources_units(int milliseconds, string filled)
    {
        var window = new QueryWindow(Rig.Start.AddMilliseconds(-milliseconds), Rig.Start);

        Assert.Equal(filled, window.Fill("{{window}} {{windowStart}} {{windowEnd}}"));
    }

    /// <summary>However its length, its steps and scrapes fit together.</summary>
    [Theory]
    [InlineData(907_192, 82_472, 15)]
    [InlineData(2_592_000, 86_400, 7)]
    [InlineData(100, 30, 15)]
    [InlineData(60, 60, 15)]
    public async Task A_range_has_its_newest_step_and_as_many_as_fit(int seconds, int step, int scrape)
    {
        await using var source = await ScriptedPrometheus.StartAsync();
        using var rig = new Rig(source.Url, scrapeInterval: TimeSpan.FromSeconds(scrape));
        for (var shift = 0; shift < scrape; shift++)
        {
            var end = Rig.Start.AddSeconds(shift);
            var window = new Window(0, end.AddSeconds(-seconds), end);

            var reading = await rig.Metrics.ReadRangeAsync(
                new(rig.Connection, "a", window, TimeSpan.FromSeconds(step), TimeSpan.FromSeconds(30)), default);

            var points = Assert.IsType<RangeReading.Points>(reading).All;
            Assert.Equal(Math.Max(1, seconds / step), points.Length);
            Assert.InRange(points[^1].At, end, end.AddSeconds(scrape));
            Assert.True(points[0].At > window.Start);
        }
    }

    [Fact]
    public async Task A_range_that_is_not_in_the_order_of_time_is_an_error()
    {
        await using var source = await ScriptedPrometheus.StartAsync();
        using var rig = new Rig(source.Url);
        source.Says(
            """
            {"status": "success", "data": {"resultType": "matrix", "result": [
                {"metric": {}, "values": [[1767225600, "1"], [1767225600, "2"]]}]}}
            """);

        var reading = await rig.Metrics.ReadRangeAsync(
            new(rig.Connection, "a", Rig.WindowAt(Rig.Start), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)),
            default);

        Assert.Contains("order of time", Assert.IsType<RangeReading.Error>(reading).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_queries_go_into_the_body()
    {
        await using var source = await ScriptedPrometheus.StartAsync();
        using var rig = new Rig(source.Url);
        var query = "1" + string.Concat(Enumerable.Repeat(" + 1", 1_000));
        source.Numbers[query] = "1001";

        Assert.Equal(new Reading.Value(1001), await rig.QueryAsync(query));
    }
}
