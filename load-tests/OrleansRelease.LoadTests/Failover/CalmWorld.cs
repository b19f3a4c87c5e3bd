using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Adapters.Hooks;
using OrleansRelease.Adapters.Monitors;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Hooks;
using OrleansRelease.Ports.Monitors;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.LoadTests.Failover;

/// <summary>
/// An outside world in which all goes well at once. It keeps nothing, so each server of a cluster sees the same one:
/// what is measured is the cluster, and nothing else uses the processors.
/// </summary>
internal static class CalmWorld
{
    public static void AddTo(IServiceCollection services) => services
        .AddSingleton<ITarget, CalmTarget>()
        .AddSingleton<ITraffic, CalmTraffic>()
        .AddSingleton<IHooks, MemoryHooks>()
        .AddSingleton<IChecks, MemoryChecks>();

    private sealed class CalmTarget : ITarget
    {
        public string Name => "memory";

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) =>
            Task.FromResult<Outcome>(new Outcome.Applied());

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            Task.FromResult<Outcome>(new Outcome.Applied());

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            Task.FromResult(new VersionHealth(version, 1, 1, 0, [new Uri("http://127.0.0.1:9/")]));
    }

    private sealed class CalmTraffic : ITraffic
    {
        public string Name => "memory";

        public Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation) =>
            Task.FromResult<Outcome>(new Outcome.Applied());

        // What was set is not kept, so nothing can be said of it; a rollout does not ask.
        public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) =>
            Task.FromResult<TrafficView?>(null);

        public Task<Reading> CountAsync(
            RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
            Task.FromResult<Reading>(new Reading.Counts(Bad: 0, Total: 1_000));
    }
}
