using System.Collections.Immutable;
using OrleansRelease.Ports.Traces;

namespace OrleansRelease.Adapters.Traces.Memory;

/// <summary>A source of made-up traces, that answers and hangs on demand and remembers what it was asked.</summary>
public sealed class MemoryTraces : ITraces
{
    /// <summary>How many searches are remembered; the oldest are dropped first.</summary>
    public const int LogLimit = 100_000;

    private readonly Lock _lock = new();
    private readonly Queue<TracesSearch> _log = [];

    public string Name => "memory";

    /// <summary>What it answers; by itself it finds nothing.</summary>
    public Func<TracesSearch, CancellationToken, Task<TracesReading>>? Answers { get; set; }

    public ImmutableArray<TracesSearch> Log
    {
        get
        {
            lock (_lock) return [.. _log];
        }
    }

    public Task<TracesReading> SearchAsync(TracesSearch search, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _log.Enqueue(search);
            if (_log.Count > LogLimit) _log.Dequeue();
        }

        return Answers?.Invoke(search, cancellation)
            ?? Task.FromResult<TracesReading>(new TracesReading.Found([]));
    }
}
