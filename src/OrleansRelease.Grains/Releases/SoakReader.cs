using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
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
    SpecCache rollouts, ISpecs specs, IRows rows, Reader reader, IStoreClock clock, RunnerOptions options,
    IGrainFactory grains, ILogger<SoakReader> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>How many services are measured at a time.</summary>
    private const int AtOnce = 16;

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(10);

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
            return new ReleaseInput.SoakRead(
                passage, soak.MeasuredTo, Verdict.Error, e.Message, clock.Now + AgainAfter);
        }
    }

    private async Task<ReleaseInput> ReadAsync(PassageId passage, Soak soak, CancellationToken stopping)
    {
        var (spec, state) = await PassageAsync(passage, stopping);
        var services = await Task.WhenAll(spec.Services.Select(async service => new Measured(
            service, state.PartOf(service.Service).Grant?.Rollout,
            await rollouts.GetAsync(service.SpecHash, stopping)
                ?? throw new InvalidOperationException($"{service.Service}: its specification is not in the store"))));
        var metrics = services.SelectMany(one => one.Metrics.Select(metric => (one.Spec, Metric: metric))).ToList();
        if (metrics.Count == 0)
            return Nothing(passage, soak, "nothing of it is judged on any metric", clock.Now + AgainAfter);
        var interval = metrics.Max(one => one.Metric.Limits.Interval);
        var delay = metrics.Max(one => Bound.SourceDelay(one.Spec, one.Metric));
        if (await ChangedAsync(spec, stopping) is { } changed)
        {
            return changed.IsForGood
                ? new ReleaseInput.SoakReplaced(passage, changed.Reason)
                : Nothing(passage, soak, changed.Reason, clock.Now + AgainAfter);
        }

        // After an outage the windows of its time count as nothing: what sources do not keep would be missing anyway.
        var oldest = clock.Now - delay - (interval * Windows.MaxLookBack);
        if (soak.MeasuredTo < oldest)
        {
            return new ReleaseInput.SoakRead(
                passage, oldest, Verdict.NoData, "nobody measured for a while", clock.Now);
        }

        var window = new Window(0, soak.MeasuredTo, soak.MeasuredTo + interval);
        if (window.End + delay > clock.Now) return Nothing(passage, soak, null, window.End + delay);
        var worst = await WorstAsync(services, window, stopping);
        return new ReleaseInput.SoakRead(
            passage, window.End, worst.Verdict, $"{worst.Metric}: {worst.Detail}", window.End + interval + delay);
    }

    private async Task<Judged> WorstAsync(
        IReadOnlyList<Measured> services, Window window, CancellationToken stopping)
    {
        var judged = new List<Judged>();
        foreach (var some in services.Chunk(AtOnce))
        {
            judged.AddRange(await Task.WhenAll(some.SelectMany(one => one.Metrics.Select(async metric =>
            {
                var asked = new Asked(one.Rollout, one.Spec, null, null, new Core.Rollouts.Questions([], false));
                var key = $"{one.Service.Service}: {metric.Name}";
                var read = await reader.MeasureAsync(asked, new MetricQuestion(key, metric, window), stopping);
                return ThresholdJudge.Judge(metric, read, undisturbed: true);
            }))));
        }

        return judged.MaxBy(one => one.Verdict)!;
    }

    private async Task<(PassageSpec Spec, PassageState State)> PassageAsync(
        PassageId passage, CancellationToken stopping)
    {
        var stored = await rows.GetAsync(Kinds.Passage, $"{passage}", stopping)
            ?? throw new InvalidOperationException($"there is no {passage}");
        var state = Vocabulary.Read<Row<PassageState>>(stored.Payload).State!;
        var text = await specs.GetAsync(state.SpecHash, stopping)
            ?? throw new InvalidOperationException($"the specification {state.SpecHash} is not in the store");
        return (Vocabulary.Read<PassageSpec>(text), state);
    }

    // A slot says that a version is stable only after it was given back; while somebody has it nothing is sure.
    private async Task<(bool IsForGood, string Reason)?> ChangedAsync(PassageSpec spec, CancellationToken stopping)
    {
        foreach (var some in spec.Services.Chunk(AtOnce))
        {
            var read = await Task.WhenAll(some.Select(async service => (
                Service: service,
                Slot: (await rows.GetAsync(Kinds.Slot, $"{spec.SlotOf(service.Service)}", stopping))?.Summary)));
            foreach (var (service, slot) in read.Where(one => one.Slot?.Version != one.Service.Version))
            {
                return (
                    slot?.Phase == $"{SlotPhase.Free}",
                    $"{service.Service} is stable at {slot?.Version?.ToString() ?? "nothing"} there, "
                    + $"no more at {service.Version}");
            }
        }

        return null;
    }

    private static ReleaseInput.SoakRead Nothing(
        PassageId passage, Soak soak, string? why, DateTimeOffset nextAt) =>
        new(passage, soak.MeasuredTo, why is null ? null : Verdict.NoData, why, nextAt);

    private sealed record Measured(PassageEntry Service, RolloutId? By, RolloutSpec Spec)
    {
        public RolloutId Rollout => By ?? throw new InvalidOperationException($"{Service.Service} never moved");

        public ImmutableArray<MetricSpec> Metrics => [.. Spec.Background.Where(metric => metric.Counts)];
    }
}
