using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Adapters.Hooks;
using OrleansRelease.Adapters.Monitors;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Hooks;
using OrleansRelease.Ports.Monitors;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.LoadTests.Kills;

/// <summary>The outside world as a server sees it: in another process, at the end of a connection.</summary>
internal static class DistantWorld
{
    public const string BadVersion = "bad-";

    public static Action<IServiceCollection> At(string url) => services =>
    {
        var calls = new Calls(new HttpClient { BaseAddress = new Uri(url) });
        services.AddSingleton<ITarget>(new Target(calls)).AddSingleton<ITraffic>(new Router(calls))
            .AddSingleton<IHooks, MemoryHooks>().AddSingleton<IChecks, MemoryChecks>();
    };

    private sealed class Calls(HttpClient http)
    {
        public async Task<Outcome> MakeAsync(WorldCall call, Veto? veto, CancellationToken cancellation)
        {
            if (await veto.AskAsync(cancellation) is { } vetoed) return vetoed;
            using var body = new StringContent(Vocabulary.Write(call), Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync("call", body, cancellation);
            var said = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellation);
            return Vocabulary.Read<WorldAnswer>(said).Outcome;
        }

        public async Task<bool> RunsAsync(RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            Vocabulary.Read<WorldHealth>(
                await http.GetStringAsync($"health/{spec.Service}/{version}", cancellation)).Runs;
    }

    private sealed class Target(Calls calls) : ITarget
    {
        public string Name => "memory";

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) =>
            CallAsync(WorldCall.Deploy, call, cancellation);

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            CallAsync(WorldCall.Retire, call, cancellation);

        public async Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            await calls.RunsAsync(spec, version, cancellation)
                ? new(version, 1, 1, 0, [new Uri("http://127.0.0.1:9/")])
                : new(version, 0, 0, 0, []);

        private Task<Outcome> CallAsync(string verb, TargetCall call, CancellationToken cancellation) =>
            calls.MakeAsync(
                new(verb, $"{call.Spec.Service}", $"{call.Version}", null, call.Fence), call.Veto, cancellation);
    }

    private sealed class Router(Calls calls) : ITraffic
    {
        public string Name => "memory";

        public Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation)
        {
            var (version, weight) = call.Split is { CandidateWeight: var none, Baseline: { } baseline }
                    && none == Weight.None
                ? (baseline, Weight.All)
                : (call.Split.Candidate, call.Split.CandidateWeight);
            return calls.MakeAsync(
                new(WorldCall.Split, $"{call.Spec.Service}", $"{version}", weight.BasisPoints, call.Fence),
                call.Veto, cancellation);
        }

        // A rollout does not ask for it.
        public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) =>
            Task.FromResult<TrafficView?>(null);

        public Task<Reading> CountAsync(
            RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
            Task.FromResult<Reading>(new Reading.Counts(
                $"{version}".StartsWith(BadVersion, StringComparison.Ordinal) ? 500 : 0, 1_000));
    }
}
