using System.Net.ServerSentEvents;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansRelease.Gateway.Events;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Tests.Events;

public sealed class WhenAListenerIsSlow : IAsyncLifetime, IDisposable
{
    private static readonly GatewayOptions Options = new()
    {
        Token = "x",
        Heartbeat = TimeSpan.FromMinutes(1),
        ListenerBuffer = 4,
        MaxListeners = 2,
    };

    private readonly GrowingLog _log = new();
    private readonly Life _life = new();
    private readonly LiveFeed _feed;

    public WhenAListenerIsSlow() =>
        _feed = new LiveFeed(_log, _log, Options, TimeProvider.System, _life, NullLogger<LiveFeed>.Instance);

    public Task InitializeAsync() => _feed.StartAsync(CancellationToken.None);

    public Task DisposeAsync() => _feed.StopAsync(CancellationToken.None);

    public void Dispose()
    {
        _feed.Dispose();
        _life.Dispose();
    }

    [Fact]
    public async Task It_is_dropped_and_told_so_and_the_others_get_everything()
    {
        var slow = (await _feed.ListenAsync(new FeedFilter(null, null, null), CancellationToken.None))!;
        var quick = (await _feed.ListenAsync(new FeedFilter(null, null, null), CancellationToken.None))!;
        Assert.Null(await _feed.ListenAsync(new FeedFilter(null, null, null), CancellationToken.None));

        var seen = new List<string?>();
        await foreach (var item in Stream(quick))
        {
            if (item.EventType != "heartbeat") seen.Add(item.EventId);
            if (seen.Count == 20) break;
            _log.Grow();
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(n => n.ToString()), seen);
        var last = await LastAsync(slow);
        Assert.Equal("dropped", last.EventType);
        Assert.Contains("too slow", last.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_came_before_it_listened_is_read_from_the_log()
    {
        for (var i = 0; i < 10; i++) _log.Grow();
        var late = (await _feed.ListenAsync(new FeedFilter(null, null, null), CancellationToken.None))!;
        var seen = new List<string?>();
        await foreach (var item in Stream(late, lastEventId: 3))
        {
            if (item.EventType != "heartbeat") seen.Add(item.EventId);
            if (seen.Count == 7) _log.Grow();
            if (seen.Count == 8) break;
        }

        Assert.Equal(Enumerable.Range(4, 8).Select(n => n.ToString()), seen);
    }

    [Fact]
    public async Task All_that_listen_share_one_reading_of_the_log()
    {
        const int Growths = 4;
        Listener[] listeners =
        [
            (await _feed.ListenAsync(new FeedFilter(null, null, null), CancellationToken.None))!,
            (await _feed.ListenAsync(new FeedFilter(null, null, null), CancellationToken.None))!,
        ];
        using var patience = new CancellationTokenSource(Eventually.Patience);
        for (var growth = 1; growth <= Growths; growth++)
        {
            _log.Grow();
            foreach (var listener in listeners)
                Assert.Equal(growth, (await listener.Items.ReadAsync(patience.Token)).Position);
        }

        // One more to look what is there when the first came.
        Assert.InRange(_log.Tails, Growths, Growths + 1);
    }

    [Fact]
    public async Task A_stop_of_the_server_ends_the_stream_and_says_so()
    {
        var listener = (await _feed.ListenAsync(new FeedFilter(null, null, null), CancellationToken.None))!;
        await _life.StopAsync();
        Assert.Contains("stopping", (await LastAsync(listener)).Data, StringComparison.Ordinal);
    }

    private IAsyncEnumerable<SseItem<string>> Stream(Listener listener, long? lastEventId = null) =>
        new EventStream(_feed, _log, Options, TimeProvider.System)
            .ReadAsync(listener, lastEventId, CancellationToken.None);

    private async Task<SseItem<string>> LastAsync(Listener listener)
    {
        var last = default(SseItem<string>);
        using var patience = new CancellationTokenSource(Eventually.Patience);
        await foreach (var item in Stream(listener).WithCancellation(patience.Token)) last = item;
        return last;
    }

    private sealed class GrowingLog : ILog, IDoorbell
    {
        private long _head;
        private int _tails;
        private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Rung => Interlocked.Read(ref _head);

        public int Tails => Volatile.Read(ref _tails);

        public void Grow()
        {
            Interlocked.Increment(ref _head);
            Interlocked.Exchange(ref _grown, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }

        public async Task WaitAsync(long rung, TimeSpan atMost, CancellationToken cancellation)
        {
            var grown = Volatile.Read(ref _grown).Task;
            if (Rung != rung) return;
            // It rings whenever there is something: nobody has to look without being rung.
            await grown.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public Task<IReadOnlyList<LogEntry>> ReadAsync(
            string kind, string key, long afterSequence, int limit, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<LogEntry>>([]);

        public Task<IReadOnlyList<LogEntry>> TailAsync(long afterPosition, int limit, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _tails);
            return Task.FromResult<IReadOnlyList<LogEntry>>([.. Enumerable.Range(1, (int)Interlocked.Read(ref _head))
                .Where(n => n > afterPosition).Take(limit)
                .Select(n => new LogEntry(n, "slot", "cart.production", n, DateTimeOffset.UnixEpoch, "{}"))]);
        }

        public Task<long> HeadAsync(CancellationToken cancellation) => Task.FromResult(Interlocked.Read(ref _head));
    }

    private sealed class Life : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public Task StopAsync() => _stopping.CancelAsync();

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
