using Microsoft.Extensions.Logging.Abstractions;
using OrleansRelease.Storage.Bells;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests.Streams;

/// <summary>
/// All queues of a store, read as servers read them; by a clock that stands still, so never all of it anew.
/// </summary>
internal sealed class BellReading
{
    private readonly BellQueue[] _queues;

    public BellReading(OpenStore store)
    {
        var stored = new StoredBells(store.Get<Database>());
        _queues =
        [
            .. Enumerable.Range(0, Queues.Count).Select(number => new BellQueue(
                number, stored, store.Clock, new Still(), NullLogger<BellQueue>.Instance)),
        ];
    }

    /// <summary>What was not read before, in the order of the log.</summary>
    public async Task<List<StoredBell>> NewAsync()
    {
        var all = new List<StoredBell>();
        foreach (var queue in _queues)
        {
            do all.AddRange(await queue.ReadAsync(default));
            while (queue.UntilRead == TimeSpan.Zero);
        }

        return [.. all.OrderBy(bell => bell.Id.Position).ThenBy(bell => bell.Id.Ring)];
    }

    public async Task HearAsync(IEnumerable<StoredBell> bells)
    {
        foreach (var bell in bells) _queues[Queues.Of(bell.StreamKind, bell.StreamKey)].Heard(bell);
        foreach (var queue in _queues) await queue.FlushAsync(default);
    }

    private sealed class Still : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
