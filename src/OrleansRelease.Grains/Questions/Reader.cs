using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Grains.Monitors;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Grains.Questions;

/// <summary>
/// Reads one number or looks at one version, within a deadline; a source that throws or hangs is a reading.
/// </summary>
internal sealed class Reader(
    Adapters adapters, SpecCache specs, Asking asking, IStoreClock clock, ReleaseInstruments instruments, IRows rows,
    Pasts pasts, BurnReader burns, MonitorLook monitors)
{
    private static readonly Patience Look = Patience.Each(TimeSpan.FromSeconds(5));

    public async Task<Measurement> MeasureAsync(Asked asked, MetricQuestion question, CancellationToken stopping)
    {
        if (question.Metric.Burn is { } burn)
        {
            var burned = await burns.MeasureAsync(asked, question, burn, stopping);
            instruments.OnMeasured(Vocabulary.WordOf(burned.Reading));
            return burned;
        }

        // First: what limits are held against must not wait behind what is only compared.
        var asking = ReadAsync(
            asked.Spec, question.Metric, question.Metric.Source, asked.Spec.Version, question.Window, stopping);
        var stable = StableAsync(asked, question, stopping);
        var past = pasts.AtAsync(asked, question, stopping);
        var reading = await asking;
        instruments.OnMeasured(Vocabulary.WordOf(reading));
        return new(question.Key, question.Window, reading, await stable, await past);
    }

    // The same window of both: what both of them share is then no difference.
    private async Task<Reading?> StableAsync(Asked asked, MetricQuestion question, CancellationToken stopping)
    {
        if (question.Metric.Compare is not { } compare || asked.Baseline is not { } stable) return null;
        var (source, problem) = ComparedSource.Of(compare, asked.Spec, stable);
        return source is null
            ? new Reading.Error(problem!)
            : await ReadAsync(asked.Spec, question.Metric, source, stable, question.Window, stopping);
    }

    /// <summary>One metric for one window, apart from those who judge what moves: a plan takes nobody's turn.</summary>
    public Task<Reading> ReadApartAsync(
        RolloutSpec spec, MetricSpec metric, Window window, CancellationToken cancellation) => ReadAsync(
        spec, metric, metric.Source, spec.Version, window, Connections.ToPlan(ConnectionOf(spec, metric.Source)),
        cancellation);

    /// <summary>How many instances are ready; null when the target could not say it.</summary>
    public async Task<HealthFact?> LookAsync(Asked asked, CancellationToken stopping)
    {
        if (adapters.Target(asked.Spec.Target.Adapter) is not { } target) return null;
        try
        {
            return await WithinAsync(Look, Connections.Of(asked.Spec, asked.Spec.Target), async cancellation =>
            {
                // The age of a fact counts from before it was asked for.
                var at = clock.Now;
                var candidate = await target.ObserveAsync(asked.Spec, asked.Spec.Version, cancellation);
                var baseline = await BaselineAsync(target, asked, cancellation);
                return new HealthFact(at, CountOf(candidate), baseline is null ? null : CountOf(baseline));
            }, stopping);
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>
    /// How many instances of the old version are ready, and which. The new one is not asked: it may hang, and be why
    /// there is a way back. A target that could not say it is a fact without a number, so that it is not asked again at
    /// once.
    /// </summary>
    public async Task<HealthFact> LookAtBaselineAsync(Asked asked, CancellationToken stopping)
    {
        var begun = clock.Now;
        if (adapters.Target(asked.Spec.Target.Adapter) is not { } target) return new(begun, null, null);
        try
        {
            return await WithinAsync(Look, Connections.Of(asked.Spec, asked.Spec.Target), async cancellation =>
            {
                var at = clock.Now;
                var baseline = await BaselineAsync(target, asked, cancellation);
                return baseline is null
                    ? new HealthFact(at, null, null)
                    : new HealthFact(at, null, CountOf(baseline), WhichOf(baseline));
            }, stopping);
        }
        catch (Exception)
        {
            return new(begun, null, null);
        }
    }

    private async Task<VersionHealth?> BaselineAsync(ITarget target, Asked asked, CancellationToken cancellation) =>
        asked.Baseline is { } version
            ? await target.ObserveAsync(
                await specs.OfBaselineAsync(asked.BaselineSpecHash, asked.Spec, cancellation), version, cancellation)
            : null;

    /// <summary>
    /// What is stable of the services that are required; null where none is, or the store could not say it.
    /// </summary>
    public async Task<RequiredFact?> LookAtRequiredAsync(Asked asked, CancellationToken stopping)
    {
        if (asked.Spec.Requires is not { } requires) return null;
        try
        {
            return await WithinAsync(Look, Connections.Inside, async cancellation =>
            {
                var at = clock.Now;
                var stable = await Task.WhenAll(requires.Select(async requirement => new StableOf(
                    requirement.Service,
                    await StableAsync(asked.Spec.Slot with { Service = requirement.Service }, cancellation))));
                return new RequiredFact(at, [.. stable]);
            }, stopping);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private async Task<VersionName?> StableAsync(SlotKey slot, CancellationToken cancellation) =>
        (await rows.GetAsync(Kinds.Slot, $"{slot}", cancellation))?.Summary.Version;

    private Task<Reading> ReadAsync(
        RolloutSpec spec, MetricSpec metric, MetricSource source, VersionName version, Window window,
        CancellationToken stopping) =>
        ReadAsync(spec, metric, source, version, window, ConnectionOf(spec, source), stopping);

    private async Task<Reading> ReadAsync(
        RolloutSpec spec, MetricSpec metric, MetricSource source, VersionName version, Window window,
        string connection, CancellationToken stopping)
    {
        try
        {
            return await WithinAsync(
                Patience.Together(metric.Limits.Timeout), connection,
                cancellation => ReadAsync(spec, source, version, metric.Limits.Timeout, window, cancellation),
                stopping);
        }
        catch (Exception e)
        {
            return new Reading.Error(e.Message);
        }
    }

    private Task<Reading> ReadAsync(
        RolloutSpec spec, MetricSource source, VersionName version, TimeSpan timeout, Window window,
        CancellationToken cancellation)
    {
        switch (source)
        {
            case MetricSource.Target counted when adapters.Target(spec.Target.Adapter) is { } target:
                return CounterAsync(target, spec, counted.Counter, cancellation);
            case MetricSource.Target:
                return Error($"no target adapter is called '{spec.Target.Adapter}'");
            case MetricSource.Traffic when adapters.Traffic(spec.Traffic.Adapter) is { } traffic:
                return traffic.CountAsync(spec, version, window, cancellation);
            case MetricSource.Traffic:
                return Error($"no traffic adapter is called '{spec.Traffic.Adapter}'");
            case MetricSource.Monitor { Check: { } check }:
                return monitors.ReadAsync(check, cancellation);
            case MetricSource.Monitor(var name, _):
                return Error($"nothing is known of the monitor '{name}'");
            case { IsQueried: true } when spec.Metrics is null:
                return Error("the environment has no metrics connection");
            case { IsQueried: true } when adapters.Metrics(spec.Metrics.Adapter) is { } metrics:
                return metrics.ReadAsync(new(spec.Metrics, source, window, timeout), cancellation);
            case { IsQueried: true }:
                return Error($"no metrics adapter is called '{spec.Metrics.Adapter}'");
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<Reading> CounterAsync(
        ITarget target, RolloutSpec spec, string counter, CancellationToken cancellation)
    {
        if (counter != "restarts") return new Reading.Error($"targets do not count '{counter}'");
        var health = await target.ObserveAsync(spec, spec.Version, cancellation);
        // Nothing runs, so nothing was restarted: a zero here would be a success that nobody has seen.
        return health.Wanted == 0
            ? new Reading.NoData($"{spec.Version} does not run there")
            : new Reading.Value(health.Restarts);
    }

    private static InstanceCount CountOf(VersionHealth health) => new(health.Ready, health.Wanted);

    // They may be many and their addresses long, and nobody reads them there.
    private static string WhichOf(VersionHealth health) => ContentHash.Of(string.Join(
        '\n', health.AddressesOfReady().Select(address => address.AbsoluteUri).Order(StringComparer.Ordinal)));

    private Task<T> WithinAsync<T>(
        Patience patience, string connection, Func<CancellationToken, Task<T>> ask, CancellationToken stopping) =>
        asking.WithinAsync(patience, connection, isWayBack: false, ask, stopping);

    private static string ConnectionOf(RolloutSpec spec, MetricSource source) => source switch
    {
        MetricSource.Target => Connections.Of(spec, spec.Target),
        MetricSource.Traffic => Connections.Of(spec, spec.Traffic),
        MetricSource.Monitor monitor => Connections.Of(monitor),
        _ => spec.Metrics is null ? Connections.Inside : Connections.Of(spec, spec.Metrics),
    };

    private static Task<Reading> Error(string reason) => Task.FromResult<Reading>(new Reading.Error(reason));
}
