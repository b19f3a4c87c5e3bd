using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>A real server that scrapes two jobs once a second.</summary>
public sealed class RealPrometheus : IAsyncLifetime
{
    /// <summary>Versions that people do not choose, and must be able to.</summary>
    public static readonly string[] Hostile =
        ["1\"} or vector(0) #", "a\\", "`'\"", "{{window}}", "$1.*", "3.2.1", "é|^$", "(?i)[x]{2}-\u2028"];

    internal static readonly TimeSpan WindowLength = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(1);

    private Rig _rig = null!;

    internal Exporter Shop { get; private set; } = null!;

    internal PrivatePrometheus Server { get; private set; } = null!;

    internal Rig Rig => _rig;

    public async Task InitializeAsync()
    {
        Shop = await Exporter.StartAsync(
        [
            "requests_total{version=\"1\",code=\"200\"} $9", "requests_total{version=\"1\",code=\"500\"} $1",
            "requests_total{version=\"2\",code=\"200\"} $5", "temperature{version=\"1\"} NaN",
            "temperature{version=\"2\"} 21.5", "failures_total{version=\"old\"} 7",
            .. Hostile.Select((version, i) => $"odd{{version=\"{Escaped(version)}\"}} {i + 1}"),
        ]);
        Server = await PrivatePrometheus.StartAsync(new Dictionary<string, string> { ["shop"] = Shop.Target });
        // By another source than the tests ask: what it does not know yet, a source believes for half a minute.
        using (var waiting = new Rig(Server.Url, scrapeInterval: ScrapeInterval))
        {
            await Eventually.IsAsync(
                "a window of samples is there",
                () => waiting.QueryAsync("count_over_time(requests_total{version=\"2\"}[{{window}}])", WindowNow()),
                reading => reading is Reading.Value(>= 6));
        }

        _rig = new Rig(Server.Url, scrapeInterval: ScrapeInterval);
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await Server.DisposeAsync();
        await Shop.DisposeAsync();
    }

    internal static Window WindowNow()
    {
        // The newest window that is complete in the source.
        var end = DateTimeOffset.UtcNow - ScrapeInterval;
        return new Window(0, end - WindowLength, end);
    }

    internal Task<Reading> ReadAsync(MetricSource source) => _rig.ReadAsync(source, WindowNow());

    internal Task<Reading> QueryAsync(string query) => _rig.QueryAsync(query, WindowNow());

    // As the exposition format has it: backslash, quote and line end.
    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
