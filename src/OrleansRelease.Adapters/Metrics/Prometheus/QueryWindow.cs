using System.Globalization;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// A window as the source is asked for it. Its ends are moved to the next whole scrape interval (of Unix time), so that
/// equal queries of many rollouts are one: no earlier, so that it holds nothing from before its rollout's change of
/// traffic, and by no more than the delay after which windows are read. Both in the same way, so that windows that tile
/// still do.
/// </summary>
internal readonly record struct QueryWindow(DateTimeOffset Start, DateTimeOffset End)
{
    public static QueryWindow Of(Window window, TimeSpan scrapeInterval)
    {
        var step = (long)scrapeInterval.TotalMilliseconds;
        return new QueryWindow(Aligned(window.Start), Aligned(window.End));

        DateTimeOffset Aligned(DateTimeOffset at)
        {
            var milliseconds = at.ToUnixTimeMilliseconds();
            return DateTimeOffset.FromUnixTimeMilliseconds(
                step > 0 ? (milliseconds + step - 1) / step * step : milliseconds);
        }
    }

    /// <summary>How long it is, as PromQL writes it.</summary>
    public string Length
    {
        get
        {
            var milliseconds = (long)(End - Start).TotalMilliseconds;
            return milliseconds % 1000 == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}s")
                : string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        }
    }

    /// <summary>The query with the window's words filled in; no value in it has two braces side by side.</summary>
    public string Fill(string query) => query
        .Replace("{{windowStart}}", PrometheusApi.Seconds(Start), StringComparison.Ordinal)
        .Replace("{{windowEnd}}", PrometheusApi.Seconds(End), StringComparison.Ordinal)
        .Replace("{{window}}", Length, StringComparison.Ordinal);
}
