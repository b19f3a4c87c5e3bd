using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Core.Trails;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Traces;

namespace OrleansRelease.Adapters.Traces.Tempo;

/// <summary>Reads the answer to a search: <c>{"traces": [{"traceID": "2f3e0cee77ae5dc9"}]}</c>.</summary>
internal static class TempoAnswer
{
    /// <summary>More than is ever asked for; what a source says beyond is not looked at.</summary>
    private const int MostRead = 100;

    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 32 };

    public static TracesReading Of(HttpAnswer answer, Uri url)
    {
        var origin = url.GetLeftPart(UriPartial.Authority);
        if (Refusal(answer, origin) is { } refused) return new TracesReading.Error(refused);
        if (answer.IsCut)
        {
            return new TracesReading.Error(string.Create(
                CultureInfo.InvariantCulture,
                $"the answer is larger than {answer.Body.Length / 1024} KiB, for {TraceIds.Most} traces"));
        }

        // Where spans are by time, their own services' clocks say so: the source's clock has no part in it.
        try
        {
            using var json = JsonDocument.Parse(answer.Body, Bounded);
            return Ids(json.RootElement) is { } ids
                ? new TracesReading.Found(ids)
                : new TracesReading.Error($"{origin} did not answer in Tempo's JSON");
        }
        catch (JsonException)
        {
            return new TracesReading.Error($"{origin} did not answer in Tempo's JSON, or its answer broke off");
        }
    }

    private static string? Refusal(HttpAnswer answer, string origin) => answer.Status switch
    {
        >= 200 and < 300 => null,
        400 => $"{origin} does not take the query (400), look at query in the environment's connections.traces: "
            + OneLine.Of(Encoding.UTF8.GetString(answer.Body.Span)),
        401 => $"{origin} does not know who asks (401): "
            + "look at bearer, basic or tenant in the environment's connections.traces",
        403 => $"{origin} does not allow its traces to who asks (403): "
            + "look at the rights of bearer, basic or tenant in the environment's connections.traces",
        404 => $"{origin} has no search there (404): look at the url in the environment's connections.traces",
        >= 300 and < 400 => $"{origin} redirects ({answer.Status}), which is not followed: "
            + "the url in the environment's connections.traces must be the place itself",
        var status => $"{origin} answered {status}",
    };

    // Without a match some versions leave the list out, or say null.
    private static ImmutableArray<string>? Ids(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (!root.TryGetProperty("traces", out var traces) || traces.ValueKind == JsonValueKind.Null) return [];
        if (traces.ValueKind != JsonValueKind.Array) return null;
        return
        [
            .. traces.EnumerateArray().Take(MostRead)
                .Where(trace => trace.ValueKind == JsonValueKind.Object)
                .Select(trace => trace.TryGetProperty("traceID", out var id) && id.ValueKind == JsonValueKind.String
                    ? Text(id)
                    : null)
                .OfType<string>(),
        ];
    }

    // A text that is no valid Unicode is only found out when it is read.
    private static string? Text(JsonElement id)
    {
        try
        {
            return id.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
