using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// Measures what has completed, outside of any grain's turn: all services of a passage in the same window, each by what
/// its rollout was judged on. Measuring changes nothing, so nothing is written before it: what gets lost is due again.
/// </summary>
internal sealed partial class SoakReader(
    SpecCache rollouts, SoakSlots slots, Reader reader, IStoreClock clock, RunnerOptions options,
    IGrainFactory grains, ILogger<SoakReader> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>How many services are measured at a time.</summary>
    private const int AtOnce = 16;

    private readonly ConcurrentDictionary<PassageId, byte> _reading = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Never waits; what is being measured already, or finds no place, comes again.</summary>
    public void Begin(PassageId passage, Soak soak)
    {
        if (_stopping.IsCancellationRequested || _reading.Count >= options.MaxInFlight) return;
        if (_reading.TryAdd(passage, 0)) _ = TellAsync(passage, soak);
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(SoakReader), ServiceLifecycleStage.Active, _ => Task.CompletedTask, _ => _stopping.CancelAsync());

    public void Dispose() => _stopping.Dispose();

    private async Task TellAsync(PassageId passage, Soak soak)
    {
        try
        {
            var release = grains.GetGrain<IReleaseGrain>($"{passage.Release}");
            switch (await TryReadAsync(passage, soak))
            {
                case ReleaseInput.SoakReplaced replaced:
                    await release.SoakReplacedAsync(replaced, _stopping.Token);
                    break;
                case ReleaseInput.SoakRead read:
                    await release.SoakReadAsync(read, _stopping.Token);
                    break;
                default:
                    break;
            }
        }
        catch (Exception e)
        {
            LogUntold(passage, e);
        }
        finally
        {
            _reading.TryRemove(passage, out _);
        }
    }

    private async Task<ReleaseInput?> TryReadAsync(PassageId passage, Soak soak)
    {
        try
        {
            return await ReadAsync(passage, soak, _stopping.Token);
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            return SoakTurn.Nothing(passage, soak, Verdict.Error, e.Message, clock.Now);
        }
    }

    private async Task<ReleaseInput> ReadAsync(PassageId passage, Soak soak, CancellationToken stopping)
    {
        var (spec, state) = await slots.PassageAsync(passage, stopping);
        var services = await Task.WhenAll(spec.Services.Select(async service => new Measured(
            service, state.PartOf(service.Service).Grant?.Rollout,
            await rollouts.GetAsync(service.SpecHash, stopping)
                ?? throw new InvalidOperationException($"{service.Service}: its specification is not in the store"))));
        var metrics = services.SelectMany(one => one.Metrics.Select(metric => (one.Spec, Metric: metric))).ToList();
        if (metrics.Count == 0)
        {
            return SoakTurn.Nothing(
                passage, soak, Verdict.NoData, "nothing of it is judged on any metric", clock.Now);
        }

        var pace = new SoakPace(
            metrics.Max(one => one.Metric.Limits.Interval),
            metrics.Max(one => Bound.SourceDelay(one.Spec, one.Metric)));
        // Before the slots are looked at: what has ended by now was seen by that look.
        var now = clock.Now;
        switch (SoakTurn.Of(passage, soak, pace, await slots.SeeAsync(passage, spec, stopping), now))
        {
            case SoakTurn.Say say:
                return say.What;
            case SoakTurn.Measure { Window: var window }:
                var worst = await WorstAsync(services, window, source => pace.CanRead(source, window, now), stopping);
                return new ReleaseInput.SoakRead(
                    passage, window.End, worst.Verdict, $"{worst.Metric}: {worst.Detail}",
                    window.End + pace.Interval + pace.Delay);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<Judged> WorstAsync(
        IReadOnlyList<Measured> services, Window window, Func<MetricSource, bool> canRead, CancellationToken stopping)
    {
        var judged = new List<Judged>();
        foreach (var some in services.Chunk(AtOnce))
        {
            judged.AddRange(await Task.WhenAll(some.SelectMany(one => one.Metrics.Select(async metric =>
            {
                var asked = new Asked(one.Rollout, one.Spec, null, null, new Core.Rollouts.Questions([], false));
                var key = $"{one.Service.Service}: {metric.Name}";
                var read = canRead(metric.Source)
                    ? await reader.MeasureAsync(asked, new MetricQuestion(key, metric, window), stopping)
                    : new Measurement(key, window, new Reading.NoData("nobody measured it in time"));
                return ThresholdJudge.Judge(metric, read, undisturbed: true);
            }))));
        }

        return judged.MaxBy(one => one.Verdict)!;
    }

    private sealed record Measured(PassageEntry Service, RolloutId? By, RolloutSpec Spec)
    {
        public RolloutId Rollout => By ?? throw new InvalidOperationException($"{Service.Service} never moved");

        public ImmutableArray<MetricSpec> Metrics => [.. Spec.Background.Where(metric => metric.Counts)];
    }
}
