using System.Collections.Frozen;
using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>What a question gave, as it is kept.</summary>
internal abstract record Answer
{
    /// <summary>Its key, its flight and its places, without the texts.</summary>
    private const int OtherBytes = 1_024;

    /// <summary>About what it takes without what all answers take.</summary>
    protected abstract long OwnBytes { get; }

    /// <summary>About what it takes to keep it, together with its query.</summary>
    public long BytesBeside(string query) => OtherBytes + BytesOf(query) + OwnBytes;

    protected static long BytesOf(string? text) => sizeof(char) * (long)(text?.Length ?? 0);
}

/// <summary>What a query gave: a number or what stands for it, or nothing, when no series is there.</summary>
internal sealed record QueryResult(MetricNumber? Number) : Answer
{
    protected override long OwnBytes => Number switch
    {
        MetricNumber.Wrong(var reason) => BytesOf(reason),
        MetricNumber.Missing(var reason) => BytesOf(reason),
        _ => 0,
    };
}

/// <summary>The buckets that a query gave, or why it gave none; neither when no series is there.</summary>
internal sealed record BucketsResult(Histogram? Latencies, string? Problem) : Answer
{
    private const int BytesOfBucket = 40;

    protected override long OwnBytes => BytesOf(Problem) + (BytesOfBucket * (long)(Latencies?.Buckets.Length ?? 0));
}

/// <summary>The numbers that a range query gave, none when no series is there; or why it gave none.</summary>
internal sealed record RangeResult(ImmutableArray<MetricPoint> Points, string? Problem) : Answer
{
    private const int BytesOfPoint = 24;

    protected override long OwnBytes => BytesOf(Problem) + (BytesOfPoint * (long)Points.Length);
}

/// <summary>The labels of a metric, none when nothing has its name; or why that cannot be said.</summary>
internal sealed record MetricLabels(FrozenSet<string> Labels, string? Problem) : Answer
{
    private const int BytesOfLabel = 64;

    public bool IsKnown => Labels.Count > 0;

    protected override long OwnBytes => BytesOf(Problem) + Labels.Sum(label => BytesOfLabel + BytesOf(label));
}
