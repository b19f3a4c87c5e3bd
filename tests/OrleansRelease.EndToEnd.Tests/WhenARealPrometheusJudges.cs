using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>From manifests to the end: a Prometheus server scrapes the instances, and its numbers judge them.</summary>
public sealed class WhenARealPrometheusJudges
{
    private const int UsersPerSecond = 30;

    [Fact]
    public async Task A_good_version_goes_through_and_one_that_fails_is_slow_silent_or_flapping_goes_back()
    {
        (string Name, SampleFault Fault, string? Metric)[] versions =
        [
            ("good", SampleFault.None, null), ("failing", SampleFault.Errors, "errors"),
            ("slow", SampleFault.Slow, "slow"), ("silent", SampleFault.Silent, ""),
            ("flapping", SampleFault.Flapping, "errors"),
        ];
        await using var scene = await Scraped.StartAsync([.. versions.Select(version => version.Name)]);
        var world = scene.World;
        var rollouts = new Dictionary<string, string>();
        foreach (var (name, fault, _) in versions)
            rollouts[name] = await world.BeginAsync(scene.Of(name), $"2.0.0-{name}", fault);

        var held = await world.IsAsync(rollouts["silent"], "held", view => view.State.Stage is Stage.Held);
        Assert.Equal(Weight.Percent(10), held.State.Exposure.Confirmed);
        foreach (var (name, _, metric) in versions)
        {
            var end = await world.EndsAsync(rollouts[name], metric is null ? Phase.Succeeded : Phase.RolledBack);
            Assert.Contains(metric is null ? "" : $"{name}-users/{metric}", CauseOf(end), StringComparison.Ordinal);
            if (metric is null) Assert.NotEmpty(end.State.Tallies[$"{name}-users/latency"].Beside!.Latencies!.Cuts);
        }

        Assert.Empty(versions.SelectMany(version => world.ProblemsOf(scene.Of(version.Name))));
    }

    [Fact]
    public async Task While_it_is_away_nothing_advances_then_the_policy_decides_or_it_is_there_again()
    {
        await using var scene = await Scraped.StartAsync(["patient", "hasty"]);
        var world = scene.World;
        await world.ApplyAsync(scene.Of("patient") with { Hold = "10m" }, isFirst: false);
        var (patient, hasty) = (
            await world.BeginAsync(scene.Of("patient"), "2.0.0-patient"),
            await world.BeginAsync(scene.Of("hasty"), "2.0.0-hasty"));
        foreach (var rollout in new[] { patient, hasty })
            await world.IsAsync(rollout, "at 10 %", view => view.State.Exposure.Confirmed == Weight.Percent(10));

        await scene.Prometheus.StopAsync();

        foreach (var rollout in new[] { patient, hasty })
        {
            var held = await world.IsAsync(rollout, "held", view => view.State.Stage is Stage.Held);
            Assert.Equal(Weight.Percent(10), held.State.Exposure.Confirmed);
        }

        var back = await world.EndsAsync(hasty, Phase.RolledBack);
        Assert.Contains("hasty-users/", CauseOf(back), StringComparison.Ordinal);
        var waiting = (await world.Api.TryGetAsync(patient, CancellationToken.None))!;
        Assert.IsType<Stage.Held>(waiting.State.Stage);
        Assert.Equal(Weight.Percent(10), waiting.State.Exposure.Confirmed);
        await scene.Prometheus.StartAgainAsync();
        await world.EndsAsync(patient, Phase.Succeeded);
        Assert.Empty(new[] { "patient", "hasty" }.SelectMany(name => world.ProblemsOf(scene.Of(name))));
    }

    private static string CauseOf(RolloutView view) => (view.State.Stage as Stage.Ended)?.Cause?.Text ?? "";

    /// <summary>Services with a stable version and users on it, all scraped by one Prometheus server.</summary>
    private sealed class Scraped : IAsyncDisposable
    {
        private readonly ScrapeTargets _targets;
        private readonly Dictionary<string, Declared> _services;

        private Scraped(
            World world, ScrapeTargets targets, PrivatePrometheus prometheus, Dictionary<string, Declared> services) =>
            (World, _targets, Prometheus, _services) = (world, targets, prometheus, services);

        public World World { get; }

        public PrivatePrometheus Prometheus { get; }

        public static async Task<Scraped> StartAsync(IReadOnlyList<string> names)
        {
            var world = await World.StartAsync();
            var targets = await ScrapeTargets.StartAsync(world.Folder);
            var prometheus = await PrivatePrometheus.StartAsync(
                names.ToDictionary(name => name, name => targets.AddressOf(new Declared(name))));
            var scene = new Scraped(world, targets, prometheus, names.ToDictionary(
                name => name, name => new Declared(name) { IsScraped = true, Numbers = prometheus.Url }));
            try
            {
                foreach (var service in scene._services.Values)
                    await world.EstablishAsync(service, "1.0.0", UsersPerSecond);
                return scene;
            }
            catch
            {
                await scene.DisposeAsync();
                throw;
            }
        }

        public Declared Of(string name) => _services[name];

        public async ValueTask DisposeAsync()
        {
            await World.DisposeAsync();
            await Prometheus.DisposeAsync();
            await _targets.DisposeAsync();
        }
    }
}
