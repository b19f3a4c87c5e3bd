using System.Text.Json;

namespace OrleansRelease.Adapters.Metrics.Http;

/// <summary>One answer, in which several numbers may be looked for; or what stands for each of them.</summary>
internal sealed record Fetched(JsonDocument? Json, MetricNumber? Instead) : IDisposable
{
    public static Fetched Missing(string reason) => new(null, new MetricNumber.Missing(reason));

    public static Fetched Wrong(string reason) => new(null, new MetricNumber.Wrong(reason));

    public MetricNumber At(string pointer) => Instead ?? JsonNumber.At(Json!.RootElement, pointer);

    public void Dispose() => Json?.Dispose();
}
