using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>Reads the numbers of a range query: one series, in the order of time.</summary>
internal static class RangePoints
{
    public static RangeResult Of(JsonElement data, DateTimeOffset first, DateTimeOffset last)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("resultType", out var type)
            || !data.TryGetProperty("result", out var series) || type.ToString() != "matrix"
            || series.ValueKind != JsonValueKind.Array)
        {
            return NoNumbers();
        }

        if (series.GetArrayLength() == 0) return new([], null);
        if (series.GetArrayLength() > 1)
        {
            return No(string.Create(
                CultureInfo.InvariantCulture,
                $"the query gives {series.GetArrayLength()} series where one is wanted: put sum(…) around it"));
        }

        return series[0].ValueKind == JsonValueKind.Object && series[0].TryGetProperty("values", out var values)
            && values.ValueKind == JsonValueKind.Array
            ? Of(values).Within(first, last)
            : NoNumbers();
    }

    private static RangeResult Of(JsonElement values)
    {
        var points = ImmutableArray.CreateBuilder<MetricPoint>(values.GetArrayLength());
        foreach (var value in values.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2
                || InstantValue.Time(value[0]) is not { } at || InstantValue.Number(value[1]) is not { } number)
            {
                return NoNumbers();
            }

            points.Add(new MetricPoint(at, number));
        }

        return new(points.MoveToImmutable(), null);
    }

    private static RangeResult Within(this RangeResult read, DateTimeOffset first, DateTimeOffset last)
    {
        if (read.Points.IsEmpty) return read;
        if (read.Points.Zip(read.Points.Skip(1)).Any(pair => pair.First.At >= pair.Second.At))
            return No("the answer is not in the order of time");
        var (begin, end) = (read.Points[0].At, read.Points[^1].At);
        return begin >= first && end <= last
            ? read
            : No($"the answer is for {begin:O} to {end:O}, asked was for another time");
    }

    private static RangeResult NoNumbers() => No("the answer has no numbers in Prometheus' JSON");

    private static RangeResult No(string problem) => new([], problem);
}
