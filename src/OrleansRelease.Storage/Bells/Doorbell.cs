using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Bells;

/// <summary>
/// Where writes of this process ring, and those of others as far as one hears of them: everybody who follows the log,
/// and the queues of the streams that were rung.
/// </summary>
internal sealed class Doorbell(TimeProvider time) : IDoorbell
{
    private readonly Chime _log = new(time);
    private readonly Chime[] _queues = [.. Enumerable.Range(0, Queues.Count).Select(_ => new Chime(time))];
    private readonly Lock _gate = new();
    private bool _untold;
    private ulong _shards;

    /// <summary>Rings when there is something to tell other processes.</summary>
    public Chime Untold { get; } = new(time);

    public long Rung => _log.Rung;

    public Chime Of(int queue) => _queues[queue];

    public Task WaitAsync(long rung, TimeSpan atMost, CancellationToken cancellation) =>
        _log.WaitAsync(rung, atMost, cancellation);

    /// <summary>A write of this process is durable.</summary>
    public void Ring(IReadOnlyList<Ring> rings)
    {
        var shards = rings.Aggregate(0UL, (all, ring) => all | (1UL << Shards.Of(ring.Kind, ring.Key)));
        Hear(shards);
        lock (_gate)
        {
            _untold = true;
            _shards |= shards;
        }

        Untold.Ring();
    }

    /// <summary>Something was written somewhere: a bit for each shard with a stream that was rung.</summary>
    public void Hear(ulong shards)
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if ((shards >> shard & 1) != 0) _queues[Queues.Of(shard)].Ring();
        }

        _log.Ring();
    }

    /// <summary>What other processes have not been told of yet, all of it; null when there is nothing.</summary>
    public ulong? TakeUntold()
    {
        lock (_gate)
        {
            if (!_untold) return null;
            var shards = _shards;
            (_untold, _shards) = (false, 0);
            return shards;
        }
    }
}
