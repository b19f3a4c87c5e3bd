using System.Globalization;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// A window as the source is asked for it. Its end is moved to the next whole scrape interval (of Unix time), so that
/// equal queries of many rollouts are one: no earlier, so that it holds nothing from before its rollout's change of
/// traffic, and by no more than the delay after which windows are read. Windows that tile still do.
/// </summary>
internal readonly record struct QueryWindow(DateTimeOffset Start, DateTimeOffset End)
{
    public static QueryWindow Of(Window window, TimeSpan scrapeInterval)
    {
        var (end, step) = (window.End.ToUnixTimeMilliseconds(), (long)scrapeInterval.TotalMilliseconds);
        if (step > 0) end = (end + step - 1) / step * step;
        var aligned = DateTimeOffset.FromUnixTimeMilliseconds(end);
        return new QueryWindow(aligned - (window.End - window.Start), aligned);
    }

    /// <summary>The query with the window's words filled in; no value in it has two braces side by side.</summary>
    public string Fill(string query) => query
        .Replace("{{windowStart}}", PrometheusApi.Seconds(Start), StringComparison.Ordinal)
        .Replace("{{windowEnd}}", PrometheusApi.Seconds(End), StringComparison.Ordinal)
        .Replace("{{window}}", Duration(End - Start), StringComparison.Ordinal);

    private static string Duration(TimeSpan length)
    {
        var milliseconds = (long)length.TotalMilliseconds;
        return milliseconds % 1000 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}s")
            : string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
    }
}
