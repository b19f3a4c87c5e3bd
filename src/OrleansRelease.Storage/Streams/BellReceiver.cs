using Microsoft.Extensions.Logging;
using Orleans.Streams;
using OrleansRelease.Storage.Bells;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Streams;

/// <summary>
/// Gives the agent of one queue what has rung, and waits for it. While the agent makes itself known to the first
/// subscriber of a stream it reads nothing for any other. So a stream that nobody follows yet is given to it only when
/// its grain has answered; until then it waits here, alone. All of this runs on the agent's own scheduler.
/// </summary>
internal sealed partial class BellReceiver(
    BellCache cache, Chime chime, IGrainFactory grains, TimeProvider time, ILogger<BellReceiver> logger)
    : IQueueAdapterReceiver
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(10);

    private readonly List<BellBatch> _ready = [];
    private readonly Dictionary<StreamId, List<StoredBell>> _asked = [];
    private long _rung = -1;
    private bool _isOut;
    private long _lastRead = time.GetTimestamp();

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) =>
        GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        try
        {
            if (_ready.Count == 0) await ReadAsync(cancellationToken);
            if (_ready.Count == 0) await chime.WaitAsync(_rung, cache.Queue.UntilRead, cancellationToken);
            if (_ready.Count == 0) await ReadAsync(cancellationToken);
            _isOut = false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The queue goes to another server, or this one stops: nothing that has failed.
            return [];
        }
        catch (Exception error) when (Outage.Is(error))
        {
            if (!_isOut) LogUnreadable(error);
            _isOut = true;
            // A stop that comes meanwhile has not failed either.
            await Task.Delay(BellQueue.Fallback, time, cancellationToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        var some = _ready.Take(maxCount).ToList<IBatchContainer>();
        _ready.RemoveRange(0, some.Count);
        return some;
    }

    // The cache knows it already.
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public async Task Shutdown(TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        try
        {
            await cache.Queue.FlushAsync(patience.Token);
        }
        catch (Exception error) when (Outage.Is(error) || error is OperationCanceledException)
        {
            // What was heard and stays there is told once more by whoever takes the queue.
            LogUnreadable(error);
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        if (chime.Rung == _rung && cache.Queue.UntilRead > TimeSpan.Zero) return;
        // When it rings all the time, some are read at once. The first is not kept waiting.
        var wait = Gather - time.GetElapsedTime(_lastRead);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellation);
        var rung = chime.Rung;
        _lastRead = time.GetTimestamp();
        foreach (var bell in await cache.Queue.ReadAsync(cancellation)) Sort(bell);
        _rung = rung;
    }

    private void Sort(StoredBell bell)
    {
        var stream = StreamId.Create(bell.StreamKind, bell.StreamKey);
        if (cache.IsFollowed(stream)) _ready.Add(new(bell));
        else if (_asked.TryGetValue(stream, out var waiting)) waiting.Add(bell);
        else _ = AskAsync(stream, bell);
    }

    private async Task AskAsync(StreamId stream, StoredBell bell)
    {
        var waiting = _asked[stream] = [bell];
        try
        {
            var id = GrainId.Create(bell.StreamKind, bell.StreamKey);
            await grains.GetGrain(id).AsReference<IPresence>().AnswerAsync();
            _ready.AddRange(waiting.Select(one => new BellBatch(one)));
        }
#pragma warning disable CA1031 // Whatever keeps it from answering, its bells are told again later.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogAbsent(bell.StreamKind, bell.StreamKey, error);
            foreach (var one in waiting) cache.Queue.Unheard(one);
        }

        _asked.Remove(stream);
        chime.Ring();
    }
}
