using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>Reads the buckets of an instant query: a series for each bound <c>le</c>.</summary>
internal static class InstantBuckets
{
    private const string Wanted = "sum by (le) (increase(…_bucket{…}[{{window}}]))";

    public static BucketsResult Of(JsonElement data, DateTimeOffset asked)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("resultType", out var type)
            || !data.TryGetProperty("result", out var result))
        {
            return No("the answer has no buckets in Prometheus' JSON");
        }

        if (type.ValueKind != JsonValueKind.String || type.GetString() != "vector"
            || result.ValueKind != JsonValueKind.Array)
        {
            return No($"the query does not give buckets: {Wanted} does");
        }

        if (result.GetArrayLength() == 0) return new(null, null);
        if (result.GetArrayLength() > Histogram.MostBuckets)
        {
            return No(string.Create(
                CultureInfo.InvariantCulture,
                $"the query gives {result.GetArrayLength()} series, more than {Histogram.MostBuckets} buckets: ")
                + $"{Wanted} gives few");
        }

        var buckets = new Dictionary<string, (double Bound, double Count)>(StringComparer.Ordinal);
        foreach (var series in result.EnumerateArray())
        {
            if (Add(buckets, series, asked) is { } problem) return No(problem);
        }

        // Processes that spell a bound otherwise, 1 and 1.0, have counted other requests.
        ImmutableArray<Bucket> read =
        [
            .. buckets.Values.GroupBy(bucket => bucket.Bound).OrderBy(same => same.Key)
                .Select(same => new Bucket(same.Key, same.Sum(bucket => bucket.Count))),
        ];
        return read is [.., { Le: double.PositiveInfinity }]
            ? new(new(read), null)
            : No($"no bucket has le=\"+Inf\", which counts all requests: {Wanted} gives it");
    }

    private static string? Add(
        Dictionary<string, (double Bound, double Count)> buckets, JsonElement series, DateTimeOffset asked)
    {
        if (series.ValueKind != JsonValueKind.Object) return "the answer has no buckets in Prometheus' JSON";
        if (series.TryGetProperty("histogram", out _))
            return $"the query gives a native histogram, and buckets are wanted: {Wanted}";
        if (!series.TryGetProperty("metric", out var labels) || labels.ValueKind != JsonValueKind.Object
            || !labels.TryGetProperty("le", out var le) || InstantValue.Number(le) is not { } bound
            || double.IsNaN(bound))
        {
            return $"a series has no label le with a bound in seconds: {Wanted} gives one";
        }

        if (!series.TryGetProperty("value", out var value)) return "the answer has no buckets in Prometheus' JSON";
        if (InstantValue.Sample(value, asked) is not MetricNumber.Is(var count))
            return $"the bucket le=\"{OneLine.Of(le.GetString())}\" has no number for that time";
        return buckets.TryAdd(le.GetString()!, (bound, count))
            ? null
            : $"several series have le=\"{OneLine.Of(le.GetString())}\": put sum by (le) (…) around the query";
    }

    private static BucketsResult No(string problem) => new(null, problem);
}
