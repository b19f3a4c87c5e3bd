using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Wakeups;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Wakeups;

/// <summary>
/// The guarantee that nothing is forgotten: every server asks again and again which shards have due rows; at once, and
/// more often for a while, when a server comes or goes, because activations are lost then.
/// </summary>
internal sealed partial class Keeper(
    WakeOptions options, IWakeIndex index, IStoreClock clock, IGrainFactory grains, ISiloStatusOracle members,
    TimeProvider time, ILogger<Keeper> logger) : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener, IDisposable
{
    private readonly SemaphoreSlim _now = new(0, 1);
    private long _changed = time.GetTimestamp();
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(Keeper), ServiceLifecycleStage.Active,
        _ =>
        {
            members.SubscribeToSiloStatusEvents(this);
            _loop = RunAsync();
            return Task.CompletedTask;
        },
        async _ =>
        {
            members.UnSubscribeFromSiloStatusEvents(this);
            await _stopping.CancelAsync();
            await _loop;
        });

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        // One that stops says so before it hands over what it decides on.
        if (status is not (SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Dead)) return;
        Interlocked.Exchange(ref _changed, time.GetTimestamp());
        try
        {
            if (_now.CurrentCount == 0) _now.Release();
        }
        catch (SemaphoreFullException)
        {
            // Two changes at the same moment: one pass is enough for both.
        }
    }

    public void Dispose()
    {
        _now.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var reminded = options.RemindEvery is null;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await PassAsync(_stopping.Token);
                reminded = reminded || await AreRemindedAsync(_stopping.Token);
                await WaitAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task PassAsync(CancellationToken cancellation)
    {
        try
        {
            var due = await index.DueShardsAsync(clock.Now, cancellation);
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = options.ParallelShards,
                    CancellationToken = cancellation,
                },
                async (shard, token) => await WakeAsync(shard, token));
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogPassFailed(e);
        }
    }

    /// <summary>Whether all shards have their reminders now; what failed is tried again with the next pass.</summary>
    private async Task<bool> AreRemindedAsync(CancellationToken cancellation)
    {
        try
        {
            await Parallel.ForAsync(
                0, Shards.Count,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = options.ParallelShards,
                    CancellationToken = cancellation,
                },
                async (shard, token) => await grains.GetGrain<IShardGrain>(shard).BeRemindedAsync(token));
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotReminded(e);
            return false;
        }
    }

    private async Task WakeAsync(int shard, CancellationToken cancellation)
    {
        try
        {
            await grains.GetGrain<IShardGrain>(shard).WakeDueAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogShardFailed(shard, e);
        }
    }

    // Jittered, so that servers that were started together do not ask together for ever.
    private async Task WaitAsync(CancellationToken cancellation)
    {
        var hasChanged = time.GetElapsedTime(Interlocked.Read(ref _changed)) < options.Change;
        var interval = hasChanged ? options.IntervalAfterChange : options.Interval;
        var wait = interval * (0.8 + (0.4 * Random.Shared.NextDouble()));
        using var timer = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            await _now.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The interval has passed.
        }
    }
}
