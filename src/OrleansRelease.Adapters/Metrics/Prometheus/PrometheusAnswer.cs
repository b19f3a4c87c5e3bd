using System.Globalization;
using System.Text.Json;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>What came of a question: its data, or why that is no evidence.</summary>
internal readonly record struct PrometheusAnswer(JsonElement Data, string? Problem)
{
    private const string NotUnicode = "the answer has a text that is no Unicode";

    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 16 };

    /// <summary>Annotations that leave the numbers as they are begin with this; all other warnings do not.</summary>
    private const string Remark = "PromQL info:";

    public static PrometheusAnswer No(string problem) => new(default, problem);

    public static PrometheusAnswer Of(HttpAnswer answer, Uri url)
    {
        var origin = url.GetLeftPart(UriPartial.Authority);
        if (answer.ClockProblem is { } apart) return No(apart);
        if (Refusal(answer, origin) is { } refused) return No(refused);
        if (answer.IsCut)
        {
            return No(string.Create(
                CultureInfo.InvariantCulture,
                $"the answer is larger than {answer.Body.Length / 1024} KiB: put sum(…) or the like around the query"));
        }

        try
        {
            using var json = JsonDocument.Parse(answer.Body, Bounded);
            return Of(json.RootElement, answer, origin);
        }
        catch (InvalidOperationException)
        {
            return No($"{origin} answered {answer.Status}: {NotUnicode}");
        }
        catch (JsonException)
        {
            return No(answer.IsSuccess
                ? $"{origin} did not answer in Prometheus' JSON, or its answer broke off"
                : $"{origin} answered {answer.Status}, and says no more");
        }
    }

    /// <summary>
    /// What is read of its data, or of the problem. A text that is no valid Unicode is only found out when it is read.
    /// </summary>
    public T Read<T>(Func<JsonElement, T> read, Func<string, T> otherwise)
    {
        if (Problem is { } problem) return otherwise(problem);
        try
        {
            return read(Data);
        }
        catch (InvalidOperationException)
        {
            return otherwise(NotUnicode);
        }
    }

    private static string? Refusal(HttpAnswer answer, string origin) => answer.Status switch
    {
        401 => $"{origin} does not know who asks (401): "
            + "look at bearer or basic in the environment's connections.metrics",
        403 => $"{origin} does not allow its queries to who asks (403): "
            + "look at the rights of bearer or basic in the environment's connections.metrics",
        404 => $"{origin} has no Prometheus API there (404): look at the url in the environment's connections.metrics",
        >= 300 and < 400 =>
            $"{origin} redirects ({answer.Status}), which is not followed: "
            + "the url in the environment's connections.metrics must be the place itself",
        _ => null,
    };

    private static PrometheusAnswer Of(JsonElement root, HttpAnswer answer, string origin)
    {
        if (root.ValueKind != JsonValueKind.Object) return No($"{origin} did not answer in Prometheus' JSON");
        if (!answer.IsSuccess || Text(root, "status") is not "success")
        {
            return Text(root, "error") is { } error
                ? No($"Prometheus says {OneLine.Of(Text(root, "errorType"))} ({answer.Status}): {OneLine.Of(error)}")
                : No($"{origin} answered {answer.Status}, and says no more");
        }

        // So VictoriaMetrics says that some of its storage did not answer.
        if (root.TryGetProperty("isPartial", out var part) && part.ValueKind != JsonValueKind.False)
            return No("the answer is not the whole: isPartial");
        if (Warning(root) is { } warning) return No($"the answer is not the whole: {OneLine.Of(warning)}");
        return root.TryGetProperty("data", out var data)
            ? new PrometheusAnswer(data.Clone(), null)
            : No($"{origin} answered without data");
    }

    private static string? Warning(JsonElement root)
    {
        if (!root.TryGetProperty("warnings", out var warnings)) return null;
        if (warnings.ValueKind != JsonValueKind.Array) return "its warnings cannot be read";
        return warnings.EnumerateArray()
            .Select(warning => warning.ValueKind == JsonValueKind.String ? warning.GetString() : warning.ToString())
            .FirstOrDefault(warning => warning?.StartsWith(Remark, StringComparison.Ordinal) is false);
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
