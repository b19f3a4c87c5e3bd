using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Events;

/// <summary>
/// The one tail of the log per gateway, fanned out to its listeners. It follows the log only while somebody listens,
/// and never waits for a listener.
/// </summary>
internal sealed partial class LiveFeed : BackgroundService
{
    private const int PageSize = 500;

    /// <summary>
    /// How soon it looks again after a ring. When it rings all the time, some are read at once; and what rang may be
    /// seen only a moment later, when one that began before it has ended.
    /// </summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly SemaphoreSlim _somebody = new(0, 1);
    private readonly List<Listener> _listeners = [];
    private readonly ILog _log;
    private readonly IDoorbell _doorbell;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _position;

    public LiveFeed(
        ILog log, IDoorbell doorbell, GatewayOptions options, TimeProvider time, IHostApplicationLifetime life,
        ILogger<LiveFeed> logger)
    {
        (_log, _doorbell, _options, _time, _logger) = (log, doorbell, options, time, logger);
        // Open streams would keep the server from stopping until its patience ends.
        life.ApplicationStopping.Register(() => EndAll(Listener.End.Stopping));
    }

    public long Position => Interlocked.Read(ref _position);

    /// <summary>
    /// Adds a listener, which gets everything after the position that it is told; null when there are too many.
    /// </summary>
    public async Task<Listener?> ListenAsync(FeedFilter filter, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_listeners.Count >= _options.MaxListeners) return null;
            // Nobody has followed the log until now: what came meanwhile is before this listener.
            if (_listeners.Count == 0) _position = await _log.HeadAsync(cancellation);
            var listener = new Listener(filter, _position, _options.ListenerBuffer);
            _listeners.Add(listener);
            if (_somebody.CurrentCount == 0) _somebody.Release();
            return listener;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task LeaveAsync(Listener listener)
    {
        await _gate.WaitAsync();
        _listeners.Remove(listener);
        _gate.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var patience = Soon;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var rung = _doorbell.Rung;
                if (await FollowAsync(stoppingToken)) continue;
                patience = await PauseAsync(rung, patience, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The log cannot be read now; nothing is lost, the same page is asked for again.
                LogUnreadable(exception);
                await Task.Delay(_options.Heartbeat, _time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One page to all listeners; true when there is more. Waits while nobody listens.</summary>
    private async Task<bool> FollowAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_listeners.Count > 0)
            {
                var page = await _log.TailAsync(_position, PageSize, cancellation);
                foreach (var item in page.Select(FeedItem.Of)) Offer(item);
                return page.Count == PageSize;
            }
        }
        finally
        {
            _gate.Release();
        }

        await _somebody.WaitAsync(cancellation);
        return true;
    }

    /// <summary>Until it rings, or patience ends; how long it will be the next time.</summary>
    private async Task<TimeSpan> PauseAsync(long rung, TimeSpan patience, CancellationToken cancellation)
    {
        var looked = _time.GetTimestamp();
        await _doorbell.WaitAsync(rung, patience, cancellation);
        if (_doorbell.Rung == rung) return patience * 2 < _options.FeedInterval ? patience * 2 : _options.FeedInterval;
        if (Soon - _time.GetElapsedTime(looked) is { Ticks: > 0 } rest) await Task.Delay(rest, _time, cancellation);
        return Soon;
    }

    // Position follows after the offers: a listener with nothing to read has seen all up to it.
    private void Offer(FeedItem item)
    {
        _listeners.RemoveAll(listener => !listener.Offer(item));
        Interlocked.Exchange(ref _position, item.Position);
    }

    private void EndAll(Listener.End why)
    {
        // Blocks, because a host that stops says so in a synchronous call; the gate is held for one page at most.
        _gate.Wait();
        foreach (var listener in _listeners) listener.Finish(why);
        _gate.Release();
    }

    public override void Dispose()
    {
        _gate.Dispose();
        _somebody.Dispose();
        base.Dispose();
    }
}
