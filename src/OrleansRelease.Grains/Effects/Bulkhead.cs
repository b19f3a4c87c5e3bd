using System.Collections.Concurrent;

namespace OrleansRelease.Grains.Effects;

/// <summary>
/// Bounds the calls on one connection. Ways back may use every place and get the next one that is free; what goes
/// forward leaves them a share.
/// </summary>
internal sealed class Bulkhead(int calls, int reserved)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _back = [];
    private readonly LinkedList<Waiter> _forward = [];
    private int _inside;
    private int _insideForward;

    /// <summary>Waits for a place; dispose what is returned to leave it.</summary>
    public async Task<IDisposable> EnterAsync(bool isWayBack, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var waiter = new Waiter(isWayBack);
        lock (_lock)
        {
            (isWayBack ? _back : _forward).AddLast(waiter);
            Admit();
        }

        await using var giving = cancellation.Register(() => GiveUp(waiter, cancellation));
        await waiter.Admitted.Task;
        return new Place(this, isWayBack);
    }

    private void Admit()
    {
        while (_inside < calls && Next() is { } waiter)
        {
            _inside++;
            if (!waiter.IsWayBack) _insideForward++;
            waiter.Admitted.SetResult();
        }
    }

    private Waiter? Next()
    {
        var lane = _back.Count > 0 ? _back : _insideForward < calls - reserved ? _forward : null;
        if (lane?.First is not { } first) return null;
        lane.RemoveFirst();
        return first.Value;
    }

    // One that has been admitted meanwhile is in no lane any more: its place is left in the ordinary way.
    private void GiveUp(Waiter waiter, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if ((waiter.IsWayBack ? _back : _forward).Remove(waiter)) waiter.Admitted.SetCanceled(cancellation);
        }
    }

    private void Leave(bool wasWayBack)
    {
        lock (_lock)
        {
            _inside--;
            if (!wasWayBack) _insideForward--;
            Admit();
        }
    }

    private sealed class Waiter(bool isWayBack)
    {
        public bool IsWayBack => isWayBack;

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(Bulkhead bulkhead, bool isWayBack) : IDisposable
    {
        public void Dispose() => bulkhead.Leave(isWayBack);
    }
}

/// <summary>One bulkhead for each connection.</summary>
internal sealed class Bulkheads(RunnerOptions options)
{
    private readonly ConcurrentDictionary<string, Bulkhead> _byConnection = new();

    public Bulkhead Of(string connection) => _byConnection.GetOrAdd(
        connection, _ => new(options.CallsPerConnection, options.ReservedForWaysBack));
}
