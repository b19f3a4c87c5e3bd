using System.Globalization;
using OrleansRelease.Adapters.Metrics.Http;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Tests.Metrics;
using OrleansRelease.Adapters.Traffic.Yarp;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Metrics;
using OrleansRelease.Testing.Routers;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>Windows are asked for by the time of who decides; sources count by their own.</summary>
public sealed class WhenClocksDiffer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly OutgoingHttp _http = new(new MachineClock());

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(10_000, "10.0 s ahead of this server's")]
    [InlineData(-10_000, "10.0 s behind this server's")]
    [InlineData(1_500, "1.5 s ahead of this server's")]
    public async Task Counts_of_a_router_that_is_far_off_are_an_error_that_names_the_clocks(int off, string says)
    {
        await using var upstream = await Upstream.StartAsync("2.0");
        await using var router = await StartAsync(off, upstream);

        var (counted, queried) = await ReadAsync(router);

        foreach (var reading in new[] { counted, queried })
        {
            var reason = Assert.IsType<Reading.Error>(reading).Reason;
            Assert.Contains($"the clock of {router.AdminUrl.GetLeftPart(UriPartial.Authority)} is ", reason,
                StringComparison.Ordinal);
            Assert.Contains(Rounded(says), Rounded(reason), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public async Task Counts_of_a_router_that_is_a_little_off_are_read(int off)
    {
        await using var upstream = await Upstream.StartAsync("2.0");
        await using var router = await StartAsync(off, upstream);

        var (counted, queried) = await ReadAsync(router);

        Assert.IsType<Reading.Counts>(counted);
        Assert.IsType<Reading.Counts>(queried);
    }

    [Theory]
    [InlineData(10, typeof(Reading.Error))]
    [InlineData(-10, typeof(Reading.Error))]
    [InlineData(0, typeof(Reading.Value))]
    public async Task A_source_that_says_only_its_date_is_held_to_that(int seconds, Type reading)
    {
        await using var source = await Source.StartAsync();
        source.Answer = context =>
        {
            var says = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds);
            context.Response.Headers.Date = says.ToString("R", CultureInfo.InvariantCulture);
            return context.Response.Body.WriteAsync("7"u8.ToArray()).AsTask();
        };
        var connection = new MetricsConnection("http", source.Url, null, TimeSpan.Zero);

        Assert.IsType(reading, await Metrics().ReadAsync(
            new MetricsQuery(connection, new MetricSource.Query("x"), Second(TimeProvider.System.GetUtcNow()), Limit),
            CancellationToken.None));
    }

    private static string Rounded(string text) => text.Replace("9.9", "10.0", StringComparison.Ordinal)
        .Replace("1.4", "1.5", StringComparison.Ordinal);

    private static Window Second(DateTimeOffset start) => new(0, start, start + TimeSpan.FromSeconds(1));

    private static async Task<RouterRig> StartAsync(int off, Upstream upstream)
    {
        var router = await RouterRig.StartAsync(new WrongClock(TimeSpan.FromMilliseconds(off)));
        (await router.PutAsync(new Fence(1, 1, 1), ("2.0", 10_000, [upstream.Address]))).EnsureSuccessStatusCode();
        return router;
    }

    private HttpMetrics Metrics() => new(_http, new Pipelines(TimeProvider.System), TimeProvider.System);

    /// <summary>The same window by both ways in which a router's counts are read, a second after its end.</summary>
    private async Task<(Reading Counted, Reading Queried)> ReadAsync(RouterRig router)
    {
        var window = Second(TimeProvider.System.GetUtcNow() + TimeSpan.FromMilliseconds(500));
        await Eventually.IsAsync(
            "the window is over", () => TimeProvider.System.GetUtcNow() > window.End + TimeSpan.FromSeconds(1));
        var token = new SecretRef(null, router.TokenFile);
        var traffic = new YarpTraffic(_http, new Pipelines(TimeProvider.System), TimeProvider.System);
        var counted = await traffic.CountAsync(
            Specs.With("yarp", router.AdminUrl, token, Limit), Specs.New, window, CancellationToken.None);
        const string at = $"slots/{RouterRig.Slot}/window?version=2.0&from={{{{windowStart}}}}&to={{{{windowEnd}}}}";
        var queried = await Metrics().ReadAsync(
            new MetricsQuery(
                new MetricsConnection("http", router.AdminUrl, token, TimeSpan.Zero),
                new MetricSource.Ratio($"{at}#/bad", null, $"{at}#/total"), window, Limit),
            CancellationToken.None);
        return (counted, queried);
    }
}
