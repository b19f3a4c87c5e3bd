using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
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
        // From its end, so that the newest is never left out; its start belongs to the window before it, as with a
        // range of samples.
        var steps = Math.Max(1, Math.Floor((query.Window.End - query.Window.Start) / query.Step));
        var (text, begin) = (window.Fill(query.Text), window.End - (query.Step * (steps - 1)));
        var answer = await source.RangeAsync(text, begin, window.End, query.Step, cancellation);
        if (answer.Problem is { } problem) return new RangeReading.Error(problem);
        if (Points(answer.Data, out var several) is not { } points)
            return new RangeReading.Error(several ?? "the answer has no numbers in Prometheus' JSON");
        if (points.IsEmpty)
        {
            var (reason, isKnown) = await Absence.OfAsync(source, text, window, cancellation);
            return new RangeReading.NoData(reason, isKnown);
        }

        var (first, last) = (points[0].At, points[^1].At);
        if (points.Zip(points.Skip(1)).Any(pair => pair.First.At >= pair.Second.At))
            return new RangeReading.Error("the answer is not in the order of time");
        return first >= begin && last <= window.End
            ? new RangeReading.Points(points)
            : new RangeReading.Error($"the answer is for {first:O} to {last:O}, asked was for another time");
    }

    private static ImmutableArray<MetricPoint>? Points(JsonElement data, out string? problem)
    {
        problem = null;
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("resultType", out var type)
            || !data.TryGetProperty("result", out var series) || type.ToString() != "matrix"
            || series.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        if (series.GetArrayLength() == 0) return [];
        if (series.GetArrayLength() > 1)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture,
                $"the query gives {series.GetArrayLength()} series where one is wanted: put sum(…) around it");
            return null;
        }

        if (series[0].ValueKind != JsonValueKind.Object || !series[0].TryGetProperty("values", out var values)
            || values.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var points = ImmutableArray.CreateBuilder<MetricPoint>(values.GetArrayLength());
        foreach (var value in values.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2
                || InstantValue.Time(value[0]) is not { } at || InstantValue.Number(value[1]) is not { } number)
            {
                return null;
            }

            points.Add(new MetricPoint(at, number));
        }

        return points.MoveToImmutable();
    }
}
