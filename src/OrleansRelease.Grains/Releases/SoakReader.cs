using System.Collections.Concurrent;
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
/// Measures what has completed, and what is there again after a way back, outside of any grain's turn: all services of
/// a passage in the same window, each by what the rollout of its version was judged on. Measuring changes nothing, so
/// nothing is written before it: what gets lost is due again.
/// </summary>
internal sealed partial class SoakReader(
    SpecCache rollouts, SoakSlots slots, Reader reader, IStoreClock clock, RunnerOptions options,
    IGrainFactory grains, ILogger<SoakReader> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>How many services are measured at a time.</summary>
    private const int AtOnce = 16;

    private readonly ConcurrentDictionary<(PassageId Passage, bool IsBack), byte> _reading = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Never waits; what is being measured already, or finds no place, comes again.</summary>
    public void Begin(PassageId passage, Soak soak) => Begin(passage, isBack: false, async () =>
    {
        var release = grains.GetGrain<IReleaseGrain>($"{passage.Release}");
        switch (await TryReadAsync(passage, soak, () => ReadAsync(passage, soak, _stopping.Token)))
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
    });

    /// <summary>The same of what is there again after a way back.</summary>
    public void BeginAfterBack(PassageId passage, Soak soak) => Begin(passage, isBack: true, async () =>
    {
        var read = await TryReadAsync(passage, soak, () => ReadAfterBackAsync(passage, soak, _stopping.Token));
        var told = grains.GetGrain<IPassageGrain>($"{passage}");
        await (read is ReleaseInput.SoakRead seen
            ? told.CriteriaReadAsync(new(seen.To, seen.Verdict, seen.Detail, seen.NextAt), _stopping.Token)
            : told.NothingJudgedAsync(
                new("nothing that is there again is judged on any metric"), _stopping.Token));
    });

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(SoakReader), ServiceLifecycleStage.Active, _ => Task.CompletedTask, _ => _stopping.CancelAsync());

    public void Dispose() => _stopping.Dispose();

    private void Begin(PassageId passage, bool isBack, Func<Task> measure)
    {
        if (_stopping.IsCancellationRequested || _reading.Count >= options.MaxInFlight) return;
        if (_reading.TryAdd((passage, isBack), 0)) _ = TellAsync(passage, isBack, measure);
    }

    private async Task TellAsync(PassageId passage, bool isBack, Func<Task> measure)
    {
        try
        {
            await measure();
        }
        catch (Exception e)
        {
            LogUntold(passage, e);
        }
        finally
        {
            _reading.TryRemove((passage, isBack), out _);
        }
    }

    private async Task<ReleaseInput?> TryReadAsync(PassageId passage, Soak soak, Func<Task<ReleaseInput?>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            return SoakTurn.Nothing(passage, soak, Verdict.Error, e.Message, clock.Now);
        }
    }

    private async Task<ReleaseInput?> ReadAsync(PassageId passage, Soak soak, CancellationToken stopping)
    {
        var (spec, state) = await slots.PassageAsync(passage, stopping);
        var services = await Task.WhenAll(spec.Services.Select(service => MeasuredAsync(
            state.PartOf(service.Service), service.SpecHash, stopping)));
        if (SoakPace.Of(services.Select(one => one.Spec)) is not { } pace)
        {
            return SoakTurn.Nothing(
                passage, soak, Verdict.NoData, "nothing of it is judged on any metric", clock.Now);
        }

        // Before the slots are looked at: what has ended by now was seen by that look.
        var now = clock.Now;
        var ground = await slots.SeeAsync(passage, spec, stopping);
        return await TurnAsync(passage, soak, pace, ground, services, now, stopping);
    }

    // Nobody else has its slots. By what a version before is judged, its own rollout says.
    private async Task<ReleaseInput?> ReadAfterBackAsync(PassageId passage, Soak soak, CancellationToken stopping)
    {
        var (_, state) = await slots.PassageAsync(passage, stopping);
        var services = await Task.WhenAll(state.Parts
            .Where(part => part is { IsThereAgain: true, Grant.BaselineSpecHash: not null })
            .Select(part => MeasuredAsync(part, part.Grant!.BaselineSpecHash!, stopping)));
        var now = clock.Now;
        return SoakPace.Of(services.Select(one => one.Spec)) is { } pace
            ? await TurnAsync(
                passage, soak, pace, new SoakGround(now, soak.Generations ?? 0), services, now, stopping)
            : null;
    }

    private async Task<Measured> MeasuredAsync(Part part, string specHash, CancellationToken stopping) => new(
        part.Service, part.Grant?.Rollout,
        await rollouts.GetAsync(specHash, stopping)
            ?? throw new InvalidOperationException($"{part.Service}: its specification is not in the store"));

    private async Task<ReleaseInput> TurnAsync(
        PassageId passage, Soak soak, SoakPace pace, SoakGround ground, IReadOnlyList<Measured> services,
        DateTimeOffset now, CancellationToken stopping)
    {
        switch (SoakTurn.Of(passage, soak, pace, ground, now))
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
                var key = $"{one.Service}: {metric.Name}";
                var read = canRead(metric.Source)
                    ? await reader.MeasureAsync(asked, new MetricQuestion(key, OfNow(metric), window), stopping)
                    : new Measurement(key, window, new Reading.NoData("nobody measured it in time"));
                return ThresholdJudge.Judge(metric, read, undisturbed: true);
            }))));
        }

        return judged.MaxBy(one => one.Verdict)!;
    }

    // A season is of the hours after a change: the limits alone say whether what has completed is still good.
    private static MetricSpec OfNow(MetricSpec metric) => metric with { History = null };

    private sealed record Measured(ServiceName Service, RolloutId? By, RolloutSpec Spec)
    {
        public RolloutId Rollout => By ?? throw new InvalidOperationException($"{Service} never moved");

        public IEnumerable<MetricSpec> Metrics => Spec.Background.Where(metric => metric.Counts);
    }
}
