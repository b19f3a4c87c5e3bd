using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>A small exporter: with each scrape its counters have grown.</summary>
internal sealed class Exporter : IAsyncDisposable
{
    private readonly Source _source;
    private int _scrapes;

    private Exporter(Source source) => _source = source;

    public string Target => _source.Url.Authority;

    /// <summary>Lines of the page, in which <c>} $10</c> at the end is ten times the number of scrapes.</summary>
    public string[] Lines { get; set; } = [];

    public static async Task<Exporter> StartAsync(params string[] lines)
    {
        var exporter = new Exporter(await Source.StartAsync()) { Lines = lines };
        exporter._source.Answer = context =>
        {
            var scrapes = Interlocked.Increment(ref exporter._scrapes);
            context.Response.ContentType = "text/plain; version=0.0.4";
            return context.Response.WriteAsync(string.Concat(exporter.Lines.Select(line => Line(line, scrapes))));
        };
        return exporter;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static string Line(string line, int scrapes)
    {
        const string growing = "} $";
        return line.Split(growing) is [var before, var each]
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{before}}} {int.Parse(each, CultureInfo.InvariantCulture) * scrapes}\n")
            : line + "\n";
    }
}
