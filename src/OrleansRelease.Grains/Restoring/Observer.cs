using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Restoring;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Restoring;

/// <summary>
/// Looks at what is really there, outside of any grain's turn. Looking changes nothing, so nothing is written before
/// it: a look that gets lost is due again.
/// </summary>
internal sealed partial class Observer(
    Adapters adapters, SpecCache specs, Asking asking, IStoreClock clock, RunnerOptions options,
    IGrainFactory grains, ILogger<Observer> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly Patience Patience = Patience.Each(TimeSpan.FromSeconds(5));

    // One that asks for no versions does not wait for one that does: nobody may ever answer that.
    private readonly ConcurrentDictionary<(EffectOwner Owner, bool SharesAlone), byte> _looking = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Never waits; whoever is being looked for already, or finds no place, comes again.</summary>
    public void Begin(Look look)
    {
        if (_stopping.IsCancellationRequested || _looking.Count >= options.MaxInFlight) return;
        if (_looking.TryAdd(KeyOf(look), 0)) _ = TellAsync(look);
    }

    /// <summary>
    /// What is there; throws where router or target do not say it within the bound. Where no versions are asked for the
    /// target is not.
    /// </summary>
    public async Task<Observation> ObserveAsync(
        RolloutSpec spec, ImmutableArray<LookedFor> versions, CancellationToken cancellation)
    {
        if (adapters.Traffic(spec.Traffic.Adapter) is not { } traffic)
            throw new InvalidOperationException($"no traffic adapter is called '{spec.Traffic.Adapter}'");
        var at = clock.Now;
        var shares = WithinAsync(
            Connections.Of(spec, spec.Traffic), versions.IsEmpty, asking => traffic.ObserveAsync(spec, asking),
            cancellation);
        var counts = Task.WhenAll(versions.DistinctBy(one => one.Version)
            .Select(one => CountAsync(spec, one, cancellation)));
        await Task.WhenAll(shares, counts);
        var view = await shares;
        return new(
            at,
            view?.Weights.ToImmutableSortedDictionary(share => $"{share.Key}", share => share.Value)
                ?? ImmutableSortedDictionary<string, Weight>.Empty,
            (await counts).ToImmutableSortedDictionary(count => $"{count.Version}", count => count.Count), view?.Fence,
            (await counts).Max(count => count.Last), view?.Shedding);
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(Observer), ServiceLifecycleStage.Active, _ => Task.CompletedTask, _ => _stopping.CancelAsync());

    public void Dispose() => _stopping.Dispose();

    private async Task TellAsync(Look look)
    {
        try
        {
            await TellAsync(look, _stopping.Token);
        }
        catch (Exception e)
        {
            LogUntold(look.Owner, e);
        }
        finally
        {
            _looking.TryRemove(KeyOf(look), out _);
        }
    }

    private async Task TellAsync(Look look, CancellationToken stopping)
    {
        var asker = grains.GetGrain<IRestoredGrain>(GrainId.Create(look.Owner.Kind, look.Owner.Key));
        Observation seen;
        try
        {
            seen = await ObserveAsync(look.Spec, look.Versions, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            await asker.NotObservedAsync(e.Message, stopping);
            return;
        }

        await asker.ObservedAsync(seen, stopping);
    }

    private static (EffectOwner Owner, bool SharesAlone) KeyOf(Look look) => (look.Owner, look.Versions.IsEmpty);

    private async Task<(VersionName Version, InstanceCount Count, Fence? Last)> CountAsync(
        RolloutSpec spec, LookedFor one, CancellationToken cancellation)
    {
        if (adapters.Target(spec.Target.Adapter) is not { } target)
            throw new InvalidOperationException($"no target adapter is called '{spec.Target.Adapter}'");
        var by = await specs.OfBaselineAsync(one.SpecHash, spec, cancellation);
        var health = await WithinAsync(
            Connections.Of(spec, spec.Target), isWayBack: false,
            asking => target.ObserveAsync(by, one.Version, asking), cancellation);
        return (one.Version, new(health.Ready, health.Wanted), health.Last);
    }

    private async Task<T> WithinAsync<T>(
        string connection, bool isWayBack, Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await asking.WithinAsync(Patience, connection, isWayBack, ask, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{connection}: {e.Message}", e);
        }
    }
}
