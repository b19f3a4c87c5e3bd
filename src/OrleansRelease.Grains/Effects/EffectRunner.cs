using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Effects;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Effects;

/// <summary>
/// Makes the attempts that rows have claimed, outside of any grain's turn, and reports each outcome as an ordinary
/// call. Ways back have a lane of their own. What gets lost here is found by the attempt's time-out.
/// </summary>
internal sealed partial class EffectRunner : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly RunnerOptions _options;
    private readonly EffectAttempts _attempts;
    private readonly IOpenedStore _store;
    private readonly ILogger<EffectRunner> _logger;
    private readonly Lane _back;
    private readonly Lane _others;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private CancellationTokenRegistration _replaced;
    private Task _loops = Task.CompletedTask;

    public EffectRunner(
        RunnerOptions options, EffectAttempts attempts, IOpenedStore store, ILogger<EffectRunner> logger)
    {
        (_options, _attempts, _store, _logger) = (options, attempts, store, logger);
        (_back, _others) = (new(options), new(options));
    }

    /// <summary>Never waits; called with attempts that are already durable.</summary>
    public void Dispatch(EffectOwner owner, ImmutableArray<Dispatch> attempts)
    {
        var origin = MeasuredAttempt.Origin;
        foreach (var attempt in attempts)
        {
            var lane = attempt.Effect.Direction == Direction.Back ? _back : _others;
            if (!lane.Queue.Writer.TryWrite(new(owner, attempt, origin)))
                LogDropped(owner, attempt.Effect.Ordinal, attempt.Attempt);
        }
    }

    // Ended in two steps. Rows are decided on here until their activations have been handed over, which comes between:
    // what they claim until then is still made.
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(EffectRunner), ServiceLifecycleStage.ApplicationServices, StartAsync, EndAsync);
        lifecycle.Subscribe(
            nameof(EffectRunner), ServiceLifecycleStage.Active, _ => Task.CompletedTask, FinishAsync);
    }

    public void Dispose()
    {
        _replaced.Dispose();
        _stopping.Dispose();
        _back.Dispose();
        _others.Dispose();
    }

    private async Task RunAsync(Lane lane)
    {
        await foreach (var job in lane.Queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (_stopping.IsCancellationRequested) return;
            await lane.Places.WaitAsync(CancellationToken.None);
            var task = RunAsync(lane, job);
            _running[task] = 0;
            _ = task.ContinueWith(
                done => _running.TryRemove(done, out _), CancellationToken.None,
                TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task RunAsync(Lane lane, Job job)
    {
        try
        {
            await _attempts.MakeAsync(job.Owner, job.Attempt, job.Origin, _stopping.Token);
        }
        catch (Exception e)
        {
            LogUnreported(job.Owner, job.Attempt.Effect.Ordinal, job.Attempt.Attempt, e);
        }
        finally
        {
            lane.Places.Release();
        }
    }

    private Task StartAsync(CancellationToken cancellation)
    {
        // What is under way is cut off, and nothing else begun: what it is to lead to is on no record any more.
        _replaced = _store.Replaced.Register(_stopping.Cancel);
        _loops = Task.WhenAll(RunAsync(_back), RunAsync(_others));
        return Task.CompletedTask;
    }

    // Calls under way get time to end and to be reported.
    private async Task FinishAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll(_running.Keys).WaitAsync(_options.Drain, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogCutOff(_running.Count);
        }
    }

    // What is still queued or under way is made by whoever comes after.
    private async Task EndAsync(CancellationToken cancellation)
    {
        _back.Queue.Writer.TryComplete();
        _others.Queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        try
        {
            await _loops.WaitAsync(_options.Drain, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogCutOff(_running.Count);
        }
    }

    private sealed record Job(EffectOwner Owner, Dispatch Attempt, ActivityContext Origin);

    private sealed class Lane(RunnerOptions options) : IDisposable
    {
        public Channel<Job> Queue { get; } = Channel.CreateBounded<Job>(
            new BoundedChannelOptions(options.MaxQueued) { SingleReader = true });

        public SemaphoreSlim Places { get; } = new(options.MaxInFlight);

        public void Dispose() => Places.Dispose();
    }
}
