using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Where an environment's numbers are read.</summary>
internal static class MetricsReader
{
    private const string Shape = "http: {url: URL}, prometheus: {url: URL} or memory: {}";

    // A server asks twelve metrics of one source at a time, and each has two queries at most.
    private const int MaxConcurrent = 24;

    private static readonly TimeSpan MaxScrapeInterval = TimeSpan.FromHours(1);

    public static MetricsChoice? Read(Field? field)
    {
        if (ConnectionReader.Adapter(field, ["http", "prometheus", "memory"], [], Shape) is not var (name, fields))
            return null;
        MetricsChoice metrics = name switch
        {
            "memory" => new MetricsChoice.Memory(),
            "prometheus" => Prometheus(fields),
            _ => new MetricsChoice.Http(
                fields.Need("url", "url: the address that queries are relative to")?.Address() ?? "",
                fields.Take("bearer")?.Secret(),
                fields.Take("delay")?.Duration()),
        };
        fields.End();
        return metrics;
    }

    private static MetricsChoice.Prometheus Prometheus(Fields fields)
    {
        var access = AccessReader.Read(fields, "url: the address of Prometheus, without /api/v1");
        return new MetricsChoice.Prometheus(
            access.Url, access.Bearer, access.Basic, access.Ca, access.Certificate,
            ScrapeInterval(fields.Take("scrapeInterval")), fields.Take("maxConcurrent")?.Whole(1, MaxConcurrent));
    }

    private static TimeSpan? ScrapeInterval(Field? field)
    {
        if (field?.Duration(positive: true) is not { } interval) return null;
        if (interval <= MaxScrapeInterval && interval.Ticks % TimeSpan.TicksPerSecond == 0) return interval;
        field.Report(ProblemCode.BadDuration, "no source scrapes at this interval",
            $"whole seconds up to {Duration.Format(MaxScrapeInterval)}, as scrape_interval says");
        return null;
    }
}
