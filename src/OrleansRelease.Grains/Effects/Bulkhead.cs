using System.Collections.Concurrent;

namespace OrleansRelease.Grains.Effects;

/// <summary>Bounds the calls on one connection, with a share that only ways back may use.</summary>
internal sealed class Bulkhead(int calls, int reserved) : IDisposable
{
    private readonly SemaphoreSlim _open = new(calls - reserved);
    private readonly SemaphoreSlim _reserved = new(reserved);

    /// <summary>Waits for a place; dispose what is returned to leave it.</summary>
    public async Task<IDisposable> EnterAsync(bool isWayBack, CancellationToken cancellation)
    {
        var lane = isWayBack && !_open.Wait(0, CancellationToken.None) ? _reserved : _open;
        if (!isWayBack || lane == _reserved) await lane.WaitAsync(cancellation);
        return new Place(lane);
    }

    public void Dispose()
    {
        _open.Dispose();
        _reserved.Dispose();
    }

    private sealed class Place(SemaphoreSlim lane) : IDisposable
    {
        public void Dispose() => lane.Release();
    }
}

/// <summary>One bulkhead for each connection.</summary>
internal sealed class Bulkheads(RunnerOptions options)
{
    private readonly ConcurrentDictionary<string, Bulkhead> _byConnection = new();

    public Bulkhead Of(string connection) => _byConnection.GetOrAdd(
        connection, _ => new(options.CallsPerConnection, options.ReservedForWaysBack));
}
