using System.Globalization;
using System.Text.Json;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>Reads the one number of an instant query.</summary>
internal static class InstantValue
{
    private const string Name = "the answer";

    /// <summary>How far the time of an answer may be from the one that was asked for: by rounding.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(2);

    /// <summary>Null when the source has no series for the query.</summary>
    public static MetricNumber? Of(JsonElement data, DateTimeOffset asked)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("resultType", out var type)
            || !data.TryGetProperty("result", out var result))
        {
            return NoNumber();
        }

        return type.ValueKind != JsonValueKind.String ? NoNumber() : type.GetString() switch
        {
            "vector" when result.ValueKind == JsonValueKind.Array => Vector(result, asked),
            "scalar" => Sample(result, asked),
            "matrix" => new MetricNumber.Wrong(
                "the query ends in a range of samples: put a function around it, such as increase(…)"),
            "string" => new MetricNumber.Wrong("the query is a text, not a number"),
            _ => NoNumber(),
        };
    }

    /// <summary>A number as Prometheus writes it, such as <c>"NaN"</c>, <c>"+Inf"</c>; null when it is none.</summary>
    public static double? Number(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
    }

    public static DateTimeOffset? Time(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var seconds)
        && seconds is > -62_135_596_800m and < 253_402_300_799m
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;

    private static MetricNumber? Vector(JsonElement result, DateTimeOffset asked)
    {
        if (result.GetArrayLength() == 0) return null;
        if (result.GetArrayLength() > 1) return new MetricNumber.Wrong(Several(result));
        if (result[0].ValueKind != JsonValueKind.Object) return NoNumber();
        if (result[0].TryGetProperty("value", out var value)) return Sample(value, asked);
        return result[0].TryGetProperty("histogram", out _)
            ? new MetricNumber.Wrong("the query gives a histogram: take a number of it, such as histogram_count(…)")
            : NoNumber();
    }

    /// <summary>The number of a time and a value, or why it is none.</summary>
    public static MetricNumber Sample(JsonElement sample, DateTimeOffset asked)
    {
        if (sample.ValueKind != JsonValueKind.Array || sample.GetArrayLength() != 2
            || Time(sample[0]) is not { } at || Number(sample[1]) is not { } number)
        {
            return NoNumber();
        }

        if ((at - asked).Duration() > Rounding)
            return new MetricNumber.Wrong($"the answer is for {at:O}, asked was for {asked:O}");
        return double.IsNaN(number)
            ? new MetricNumber.Missing("the answer is NaN: mostly 0 divided by 0, for want of requests in the window")
            : MetricNumber.Of(number, Name);
    }

    private static string Several(JsonElement result)
    {
        var labels = result.EnumerateArray()
            .Where(series => series.ValueKind == JsonValueKind.Object && series.TryGetProperty("metric", out var metric)
                && metric.ValueKind == JsonValueKind.Object)
            .SelectMany(series => series.GetProperty("metric").EnumerateObject()).ToList();
        var different = labels.GroupBy(label => label.Name)
            .Where(group => group.Select(label => label.Value.ToString()).Distinct().Skip(1).Any())
            .Select(group => group.Key).Order(StringComparer.Ordinal).Take(5).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the query gives {result.GetArrayLength()} series where one number is wanted")
            + (different.Count == 0 ? "" : $", different in {OneLine.Of(string.Join(", ", different))}")
            + ": put an aggregation around it, such as sum(…)";
    }

    private static MetricNumber.Wrong NoNumber() => new("the answer has no number in Prometheus' JSON");
}
