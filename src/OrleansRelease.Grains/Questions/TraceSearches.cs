using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Trails;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Traces;

namespace OrleansRelease.Grains.Questions;

/// <summary>
/// Looks for the traces of what has failed. Nothing waits for that, so it has places of its own, few of them: whoever
/// finds none comes again, and no source that hangs takes those of what is judged.
/// </summary>
internal sealed partial class TraceSearches(
    Adapters adapters, Asking asking, IStoreClock clock, RunnerOptions options, IGrainFactory grains,
    ILogger<TraceSearches> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>Less than the connections that are kept to one place: metrics may be asked at the same.</summary>
    public const int AtOnce = 8;

    private readonly ConcurrentDictionary<RolloutId, byte> _searching = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Never waits, and does nothing for a rollout whose traces are being looked for already.</summary>
    public void Begin(RolloutId rollout, RolloutSpec spec, Window window)
    {
        if (spec.Traces is not { } traces || _stopping.IsCancellationRequested || _searching.Count >= AtOnce) return;
        if (_searching.TryAdd(rollout, 0)) _ = TellAsync(rollout, traces, Connections.Of(spec, traces), window);
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(TraceSearches), ServiceLifecycleStage.Active, _ => Task.CompletedTask, _ => _stopping.CancelAsync());

    public void Dispose() => _stopping.Dispose();

    private async Task TellAsync(RolloutId rollout, TracesConnection connection, string place, Window window)
    {
        try
        {
            TracesFact found;
            try
            {
                found = await SearchAsync(connection, place, window);
            }
            finally
            {
                // Before it is told: the step that takes the answer in may ask again at once.
                _searching.TryRemove(rollout, out _);
            }

            await grains.GetGrain<IRolloutGrain>($"{rollout}").AnswerAsync(
                new RolloutInput.Answered([], null, Traces: found), _stopping.Token);
        }
        catch (Exception e)
        {
            LogUntold(rollout, e);
        }
    }

    private async Task<TracesFact> SearchAsync(TracesConnection connection, string place, Window window)
    {
        var at = clock.Now;
        if (adapters.Traces(connection.Adapter) is not { } traces)
            return TracesFact.Of(at, [], $"no traces adapter is called '{connection.Adapter}'");
        try
        {
            var search = new TracesSearch(connection, window, TraceIds.Most, options.TracesTimeout);
            return await asking.WithinAsync(
                Patience.Together(options.TracesTimeout), place, isWayBack: false,
                cancellation => traces.SearchAsync(search, cancellation), _stopping.Token) switch
            {
                TracesReading.Found(var ids) => TracesFact.Of(at, ids),
                TracesReading.Error(var reason) => TracesFact.Of(at, [], reason),
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            // Whoever is being stopped was not told anything by the source.
            return TracesFact.Of(at, [], e.Message);
        }
    }
}
