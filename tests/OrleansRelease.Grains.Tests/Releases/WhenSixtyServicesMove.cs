using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Testing.Releases;
using Xunit.Abstractions;

namespace OrleansRelease.Grains.Tests.Releases;

/// <summary>On three servers and PostgreSQL, and judged by what targets and routers noted of themselves.</summary>
[Collection(nameof(Alone))]
public sealed class WhenSixtyServicesMove(Stores stores, ITestOutputHelper output)
{
    private const double Allowed = 1.2;

    private static readonly int[] Waves = [20, 15, 12, 8, 4, 1];

    private static readonly TimeSpan UndoStepTakes = TimeSpan.FromMilliseconds(750);

    private readonly World _world = new();

    [Fact]
    public async Task They_go_through_and_all_go_back_in_reverse_when_the_last_one_fails()
    {
        var targets = new WatchedTargets(_world, UndoStepTakes);
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        await using var server = await TestServer.StartAsync(store, _world);
        await using var second = await TestServer.StartAsync(store, _world, beside: server);
        await using var third = await TestServer.StartAsync(store, _world, beside: server);
        // The version before would be taken down at once, were that not counted from the end of the release.
        var releases = new Harness.Releases(server, "production")
        {
            Rollouts = new(server) { IsGradual = false, KeepPrevious = TimeSpan.Zero },
        };
        var needs = LayeredNeeds.Of(seed: 60, Waves);

        await releases.UntilAsync(
            await releases.StartAsync("shop-1", Text(needs, _ => "1.0.0")), PassagePhase.Succeeded);
        await releases.UntilAsync("shop-1", ReleasePhase.Succeeded);
        var first = targets.Log;
        Assert.Empty(new TargetsLogChecker(first, needs).ProblemsForward());

        var last = needs.Keys.Last();
        var id = await releases.StartAsync("shop-2", Text(needs, name => name == last ? "bad-2" : "2.0.0"));
        await releases.UntilAsync(id, PassagePhase.RolledBack);

        var log = targets.Log.Skip(first.Length).ToList();
        var checker = new TargetsLogChecker(log, needs);
        output.WriteLine($"back in {checker.BackTook}, the longest chain takes {checker.CriticalPath}");
        Assert.Equal(needs.Count, log.Count(one => one.What is Touch.Started));
        Assert.Empty(checker.ProblemsBack());
        Assert.InRange(checker.BackTook / checker.CriticalPath, 1, Allowed);
        foreach (var service in needs.Keys)
            Assert.True(await RunsAsync(releases, service, "1.0.0"), $"{service} runs as before");
        await Harness.Chain.CheckAsync(server, Kinds.Passage, $"{id}");
    }

    private async Task<bool> RunsAsync(Harness.Releases releases, string service, string version)
    {
        var spec = releases.Rollouts.Spec(releases.SlotOf(service), VersionName.From(version));
        return await _world.Target.ObserveAsync(spec, spec.Version, default) is { Ready: 1, Wanted: 1 };
    }

    private static string Text(IReadOnlyDictionary<string, string[]> needs, Func<string, string> versionOf)
    {
        return string.Join("; ", needs.Select(one => $"{one.Key} {versionOf(one.Key)}{Needed(one.Value)}"));

        static string Needed(string[] names) => names.Length == 0 ? "" : $": {string.Join(", ", names)}";
    }
}
