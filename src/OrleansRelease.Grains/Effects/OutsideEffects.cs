using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Grains.Effects;

/// <summary>Makes attempts at effects on the outside world through the adapters that the specification names.</summary>
internal sealed class OutsideEffects(Adapters adapters)
{
    public static string ConnectionOf(RolloutSpec spec, EffectAction action) =>
        action is EffectAction.SetTraffic ? Connections.Of(spec, spec.Traffic) : Connections.Of(spec, spec.Target);

    public Task<Outcome> RunAsync(RolloutSpec spec, Effect effect, CancellationToken cancellation)
    {
        if (adapters.Target(spec.Target.Adapter) is not { } target)
            return NotApplied($"no target adapter is called '{spec.Target.Adapter}'");
        switch (effect.Action)
        {
            case EffectAction.Deploy deploy:
                return target.DeployAsync(new(spec, deploy.Version, effect.Fence), cancellation);
            case EffectAction.Retire retire:
                return target.RetireAsync(new(spec, retire.Version, effect.Fence), cancellation);
            case EffectAction.SetTraffic set when adapters.Traffic(spec.Traffic.Adapter) is { } traffic:
                return SetTrafficAsync(target, traffic, spec, effect, set.Split, cancellation);
            case EffectAction.SetTraffic:
                return NotApplied($"no traffic adapter is called '{spec.Traffic.Adapter}'");
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<Outcome> SetTrafficAsync(
        ITarget target, ITraffic traffic, RolloutSpec spec, Effect effect, TrafficSplit split,
        CancellationToken cancellation)
    {
        var addresses = ImmutableDictionary.CreateBuilder<VersionName, ImmutableArray<Uri>>();
        VersionName[] versions = split.Baseline is { } baseline ? [baseline, split.Candidate] : [split.Candidate];
        foreach (var version in versions.Distinct())
        {
            var (found, problem) = await FindAsync(target, spec, version, cancellation);
            addresses[version] = found;
            // Requests must not be sent where nobody answers. A version without any share may well be gone.
            if (found.IsEmpty && split.WeightOf(version) > Weight.None)
                return new Outcome.NotApplied($"no instance of {version} to send requests to{problem}");
        }

        return await traffic.SetAsync(
            new TrafficCall(spec, split, effect.Fence, effect.Direction, addresses.ToImmutable()), cancellation);
    }

    private static async Task<(ImmutableArray<Uri> Found, string? Problem)> FindAsync(
        ITarget target, RolloutSpec spec, VersionName version, CancellationToken cancellation)
    {
        try
        {
            var health = await target.ObserveAsync(spec, version, cancellation);
            return (health.Addresses, health.Note is null ? null : $": {health.Note}");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return ([], $": {e.Message}");
        }
    }

    private static Task<Outcome> NotApplied(string reason) =>
        Task.FromResult<Outcome>(new Outcome.NotApplied(reason));
}
