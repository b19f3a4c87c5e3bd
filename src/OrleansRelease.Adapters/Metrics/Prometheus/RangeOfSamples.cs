using System.Globalization;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>The samples of one series over a window, by a range query.</summary>
internal static class RangeOfSamples
{
    /// <summary>Of one series; what wants more, wants a longer step.</summary>
    public const int MostPoints = 2_000;

    public static async Task<RangeReading> ReadAsync(
        PrometheusSource source, RangeQuery query, CancellationToken cancellation)
    {
        if (query.Step < TimeSpan.FromSeconds(1)) return new RangeReading.Error("the step is shorter than 1s");
        if ((query.Window.End - query.Window.Start) / query.Step > MostPoints)
        {
            return new RangeReading.Error(string.Create(
                CultureInfo.InvariantCulture, $"more than {MostPoints} points: a longer step is needed"));
        }

        var window = QueryWindow.Of(query.Window, query.Connection.Delay);
        // From its end, so that the newest is never left out, and what ends in the same scrape interval is one question
        // to many; its start belongs to the window before it, as with a range of samples.
        var steps = Math.Max(1, Math.Floor((query.Window.End - query.Window.Start) / query.Step));
        var (text, begin) = (window.Fill(query.Text), window.End - (query.Step * (steps - 1)));
        var (points, problem) = await source.RangeAsync(text, begin, window.End, query.Step, cancellation);
        if (problem is not null) return new RangeReading.Error(problem);
        if (!points.IsEmpty) return new RangeReading.Points(points);
        var (reason, isKnown) = await Absence.OfAsync(source, text, window, cancellation);
        return new RangeReading.NoData(reason, isKnown);
    }
}
