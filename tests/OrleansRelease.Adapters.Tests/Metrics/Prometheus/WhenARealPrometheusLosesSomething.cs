using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenARealPrometheusLosesSomething
{
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(1);

    private static Task<Reading> AskAsync(Rig rig, string query) => rig.QueryAsync(query, RealPrometheus.WindowNow());

    private static async Task IsNoDataAsync(Rig rig, string query, string reason) => await Eventually.IsAsync(
        reason, () => AskAsync(rig, query),
        reading => reading is Reading.NoData(var why) && why.StartsWith(reason, StringComparison.Ordinal));

    private static async Task IsOneAsync(Rig rig, string query) => await Eventually.IsAsync(
        "there is a number", () => AskAsync(rig, query), reading => reading == new Reading.Value(1));

    [Fact]
    public async Task What_it_does_not_scrape_any_more_is_no_data_and_says_why()
    {
        await using var exporter = await Exporter.StartAsync("there{version=\"1\"} 1", "there{version=\"2\"} 1");
        await using var server = await PrivatePrometheus.StartAsync(
            new Dictionary<string, string> { ["shop"] = exporter.Target });
        using var rig = new Rig(server.Url, scrapeInterval: ScrapeInterval);
        await IsOneAsync(rig, "there{job=\"shop\",version=\"1\"}");
        await IsOneAsync(rig, "there{job=\"shop\",version=\"2\"}");

        exporter.Lines = ["there{version=\"2\"} 1"];
        await IsNoDataAsync(
            rig, "there{job=\"shop\",version=\"1\"}",
            "the series of there{job=\"shop\",version=\"1\"} are stale: there were some within 1h");
        await IsOneAsync(rig, "there{job=\"shop\",version=\"2\"}");

        await exporter.DisposeAsync();
        await IsNoDataAsync(
            rig, "there{job=\"shop\",version=\"2\"}", "Prometheus lost the targets, up{job=\"shop\"} is 0");
        Assert.IsType<Reading.NoData>(await rig.ReadAsync(
            new MetricSource.Ratio("there{job=\"shop\",version=\"1\"}", null, "vector(100)"),
            RealPrometheus.WindowNow()));
    }

    [Fact]
    public async Task While_it_is_stopped_there_is_an_error_and_after_that_its_numbers_again()
    {
        await using var exporter = await Exporter.StartAsync("there 1");
        await using var server = await PrivatePrometheus.StartAsync(
            new Dictionary<string, string> { ["shop"] = exporter.Target });
        using var rig = new Rig(server.Url, scrapeInterval: ScrapeInterval);
        await IsOneAsync(rig, "there");

        await server.StopAsync();
        var stopped = await Eventually.IsAsync(
            "nobody answers", () => AskAsync(rig, "there"), reading => reading is Reading.Error);
        Assert.Contains("does not answer", ((Reading.Error)stopped).Reason, StringComparison.Ordinal);

        await server.StartAgainAsync();
        await IsOneAsync(rig, "there");
    }
}
