using System.Globalization;
using System.Text.Json;
using OrleansRelease.Adapters.Outgoing;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>What came of a question: its data, or why that is no evidence.</summary>
internal readonly record struct PrometheusAnswer(JsonElement Data, string? Problem)
{
    private const int MostSaid = 300;

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
            return Of(json.RootElement, answer.Status, origin);
        }
        catch (JsonException)
        {
            return No(answer.IsSuccess
                ? $"{origin} did not answer in Prometheus' JSON, or its answer broke off"
                : $"{origin} answered {answer.Status}, and says no more");
        }
    }

    /// <summary>What a text of the source may show of itself: one line, bounded.</summary>
    public static string Said(string? text)
    {
        var line = new string([.. (text ?? "").Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return line.Length <= MostSaid ? line : line[..MostSaid] + "…";
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

    private static PrometheusAnswer Of(JsonElement root, int status, string origin)
    {
        if (root.ValueKind != JsonValueKind.Object) return No($"{origin} did not answer in Prometheus' JSON");
        if (Text(root, "status") is not "success")
        {
            return Text(root, "error") is { } error
                ? No($"Prometheus says {Said(Text(root, "errorType"))} ({status}): {Said(error)}")
                : No($"{origin} answered {status}, and says no more");
        }

        if (Warning(root) is { } warning) return No($"the answer is not the whole: {Said(warning)}");
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
