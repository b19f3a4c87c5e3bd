using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Hooks;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Grains.Effects;

/// <summary>Makes attempts at effects on the outside world through the adapters that the specification names.</summary>
internal sealed class OutsideEffects(Adapters adapters, IHooks hooks, IStoreClock clock, TimeProvider time)
{
    /// <summary>
    /// What part of an attempt at a way back may be spent on finding a version that gets no requests any more: where it
    /// listens only helps to see that. It may be why there is a way back, and must not hold it up.
    /// </summary>
    private const int IdlePart = 8;

    public static string ConnectionOf(RolloutSpec spec, EffectAction action) => action switch
    {
        EffectAction.SetTraffic or EffectAction.LiftShedding or EffectAction.CloseSlot =>
            Connections.Of(spec, spec.Traffic),
        EffectAction.RunHook run => Connections.Of(spec.HookOf(run.Hook)),
        EffectAction.UndoHook undo => Connections.Of(spec.HookOf(undo.Hook)),
        _ => Connections.Of(spec, spec.Target),
    };

    public static string AdapterOf(RolloutSpec spec, EffectAction action) => action switch
    {
        EffectAction.SetTraffic or EffectAction.LiftShedding or EffectAction.CloseSlot => spec.Traffic.Adapter,
        EffectAction.RunHook or EffectAction.UndoHook => "hook",
        _ => spec.Target.Adapter,
    };

    public Task<Outcome> RunAsync(
        RolloutSpec spec, RolloutSpec baseline, Effect effect, Veto? veto, DateTimeOffset until,
        CancellationToken cancellation)
    {
        if (effect.Action is EffectAction.RunHook run)
            return hooks.CallAsync(Hook(run.Hook, run.SpecHash, isUndo: false), cancellation);
        if (effect.Action is EffectAction.UndoHook undo)
            return hooks.CallAsync(Hook(undo.Hook, undo.SpecHash, isUndo: true), cancellation);
        // Where requests go stays as it is, so no target is asked.
        if (effect.Action is EffectAction.LiftShedding or EffectAction.CloseSlot)
        {
            return adapters.Traffic(spec.Traffic.Adapter) is not { } router
                ? NotApplied($"no traffic adapter is called '{spec.Traffic.Adapter}'")
                : effect.Action is EffectAction.CloseSlot
                    ? router.CloseAsync(new(spec, effect.Fence, until - clock.Now), cancellation)
                    : router.LiftAsync(new(spec, effect.Fence, until - clock.Now), cancellation);
        }

        if (adapters.Target(spec.Target.Adapter) is not { } target)
            return NotApplied($"no target adapter is called '{spec.Target.Adapter}'");
        switch (effect.Action)
        {
            case EffectAction.Deploy deploy:
                return target.DeployAsync(Call(deploy.Version), cancellation);
            case EffectAction.Retire retire when effect.Direction == Direction.Neutral:
                return RetireAsync(target, spec, Call(retire.Version), cancellation);
            case EffectAction.Retire retire:
                return target.RetireAsync(Call(retire.Version), cancellation);
            case EffectAction.SetTraffic set when adapters.Traffic(spec.Traffic.Adapter) is { } traffic:
                return SetTrafficAsync(target, traffic, spec, baseline, effect, set, veto, until, cancellation);
            case EffectAction.SetTraffic:
                return NotApplied($"no traffic adapter is called '{spec.Traffic.Adapter}'");
            default:
                throw new UnreachableException();
        }

        TargetCall Call(VersionName version) =>
            new(spec, version, effect.Fence) { Veto = veto, Left = until - clock.Now };

        HookCall Hook(string name, string specHash, bool isUndo) =>
            new(spec, spec.HookOf(name), isUndo, specHash, effect.Fence) { Veto = veto, Left = until - clock.Now };
    }

    // An old version is taken down long after its slot was left, and much may have happened since: whoever has requests
    // is not. A way back has seen to that itself, and waits for no router.
    private async Task<Outcome> RetireAsync(
        ITarget target, RolloutSpec spec, TargetCall call, CancellationToken cancellation)
    {
        if (adapters.Traffic(spec.Traffic.Adapter) is { } traffic)
        {
            try
            {
                var view = await traffic.ObserveAsync(spec, cancellation);
                if (view?.Weights.GetValueOrDefault(call.Version) is { } share && share > Weight.None)
                    return new Outcome.Refused($"{share} of the requests go to {call.Version}");
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                return new Outcome.NotApplied($"whether {call.Version} gets requests could not be seen: {e.Message}");
            }
        }

        return await target.RetireAsync(call, cancellation);
    }

    private async Task<Outcome> SetTrafficAsync(
        ITarget target, ITraffic traffic, RolloutSpec spec, RolloutSpec baselineSpec, Effect effect,
        EffectAction.SetTraffic set, Veto? veto, DateTimeOffset until, CancellationToken cancellation)
    {
        // Without it these would be too many for what is ready; the way back goes on by itself.
        if (set.Shedding is not null && !traffic.Sheds)
            return new Outcome.Refused($"'{traffic.Name}' cannot shed load");
        var split = set.Split;
        VersionName[] versions = split.Baseline is { } baseline ? [baseline, split.Candidate] : [split.Candidate];
        var left = until - clock.Now;
        var found = await Task.WhenAll(versions.Distinct().Select(version => FindAsync(
            target, version == split.Candidate ? spec : baselineSpec, version,
            effect.Direction == Direction.Back && split.WeightOf(version) == Weight.None ? left / IdlePart : left,
            onlyReady: set.Shedding is not null, cancellation)));
        // Requests must not be sent where nobody answers. A version without any share may well be gone.
        var missing = found.FirstOrDefault(
            f => f.Addresses.IsEmpty && split.WeightOf(f.Version) > Weight.None);
        if (missing is not null)
            return new Outcome.NotApplied($"no instance of {missing.Version} to send requests to{missing.Problem}");
        if (TooFewFor(set, spec, found) is { } tooFew) return new Outcome.NotApplied(tooFew);
        var call = new TrafficCall(
            spec, split, effect.Fence, effect.Direction, found.ToImmutableDictionary(f => f.Version, f => f.Addresses))
        {
            Left = until - clock.Now,
            Veto = veto,
            Shown = set.Shown,
            Shedding = set.Shedding,
            BaselineSpec = baselineSpec,
        };
        return await traffic.SetAsync(call, cancellation);
    }

    // One has gone since it was decided how much there is room for: it is looked again how many there are.
    private static string? TooFewFor(EffectAction.SetTraffic set, RolloutSpec spec, Found[] found)
    {
        if (set.Shedding is not { } shedding) return null;
        var needed = spec.Shed?.InstancesFor(shedding) ?? 1;
        var ready = found.Where(one => set.Split.WeightOf(one.Version) > Weight.None)
            .Select(one => one.Addresses.Length).DefaultIfEmpty(0).Min();
        return ready < needed
            ? $"{ready} instances are ready, and {shedding.Capacity} requests at once need {needed}"
            : null;
    }

    private async Task<Found> FindAsync(
        ITarget target, RolloutSpec spec, VersionName version, TimeSpan limit, bool onlyReady,
        CancellationToken cancellation)
    {
        try
        {
            using var patience = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            var health = await target.ObserveAsync(spec, version, either.Token).WaitAsync(either.Token);
            return new(
                version, onlyReady ? health.AddressesOfReady() : health.Addresses,
                health.Note is null ? null : $": {health.Note}");
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return new(version, [], $": {e.Message}");
        }
    }

    private sealed record Found(VersionName Version, ImmutableArray<Uri> Addresses, string? Problem);

    private static Task<Outcome> NotApplied(string reason) =>
        Task.FromResult<Outcome>(new Outcome.NotApplied(reason));
}
