using OrleansRelease.Adapters.Targets;
using OrleansRelease.Adapters.Targets.Memory;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Releases;

[Collection(ReleasesCollection.Name)]
public sealed class WhenAReleaseIsCarriedOut(Stores stores)
{
    private const string First = "catalog 1.0.0; cart 1.0.0; web 1.0.0";

    [Fact]
    public async Task Its_services_go_in_their_order_and_a_failing_last_one_takes_all_back_in_exact_reverse()
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var releases = new Harness.Releases(server, "production");

        var first = await releases.StartAsync("shop-1", First);
        await releases.UntilAsync(first, PassagePhase.Succeeded);
        await releases.UntilAsync("shop-1", ReleasePhase.Succeeded);
        await Task.WhenAll(new[] { "catalog", "cart", "web" }.Select(service => StableAsync(releases, service)));

        var second = await releases.StartAsync("shop-2", "catalog 2.0.0; cart 2.0.0: catalog; web bad-2: cart");
        await releases.UntilAsync(second, PassagePhase.RolledBack);
        Assert.Equal(["catalog", "cart", "web"], Deployed(world, "2.0.0", "bad-2"));
        // What the router was told last of each: all requests to the version before, in reverse.
        Assert.Equal(
            ["web", "cart", "catalog"],
            world.Traffic.Log.Where(call => call.Acted && call.Split.CandidateWeight == Weight.None
                && $"{call.Split.Candidate}" is "2.0.0" or "bad-2")
                .Select(call => $"{call.Slot.Service}").Distinct());
        await Task.WhenAll(new[] { "catalog", "cart", "web" }.Select(service => StableAsync(releases, service)));
        await releases.UntilAsync("shop-2", ReleasePhase.Stopped);

        var explained = (await releases.Passage(second).ExplainAsync(default)).Value();
        Assert.Contains("web", Assert.Single(explained.Because), StringComparison.Ordinal);
        var log = await Harness.Chain.CheckAsync(server, Kinds.Passage, $"{second}");
        Assert.Contains(log, entry => entry.Transition.Contains("\"planned\"", StringComparison.Ordinal));
        await Harness.Chain.CheckAsync(server, Kinds.Release, "shop-2");
    }

    [Fact]
    public async Task It_goes_on_where_it_was_when_the_server_has_ended_in_between_and_nobody_rings()
    {
        var (world, store) = (new World(), await stores.NewAsync());
        var before = await TestServer.StartAsync(store, world);
        PassageId id;
        try
        {
            var releases = new Harness.Releases(before, "production");
            id = await releases.StartAsync("shop-1", "catalog 1.0.0; web 1.0.0: catalog");
            await Eventually.IsAsync(
                "the second of its services is under way", () => world.Target.Log.Any(Deploys("web")));
        }
        finally
        {
            await before.KillAsync();
        }

        // Without its streams nothing rings: what has happened since it came to life is read when its rules say so.
        var clock = new AdvancedClock();
        await using var server = await TestServer.StartAsync(store, world, more: clock.Put, streams: false);
        var after = new Harness.Releases(server, "production");
        await after.Rollouts.UntilAsync(new RolloutId(after.SlotOf("web"), 1), Phase.Verified, Phase.Succeeded);
        clock.Advance(PassageLimits.ReadAgainAfter);
        await after.UntilAsync(id, PassagePhase.Succeeded);

        Assert.Single(world.Target.Log, call => call.Acted && Deploys("web")(call));
        Assert.Single(world.Target.Log, call => call.Acted && Deploys("catalog")(call));
        await Harness.Chain.CheckAsync(server, Kinds.Passage, $"{id}");
    }

    [Fact]
    public async Task What_is_stable_already_is_left_as_it_is_forward_and_back()
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var releases = new Harness.Releases(server, "production");
        await releases.UntilAsync(
            await releases.StartAsync("shop-1", "catalog 1.0.0; web 1.0.0"), PassagePhase.Succeeded);

        var second = await releases.StartAsync("shop-2", "catalog 1.0.0; web bad-2: catalog");
        await releases.UntilAsync(second, PassagePhase.RolledBack);
        await StableAsync(releases, "catalog");
        var third = await releases.StartAsync("shop-3", "catalog 1.0.0; web 1.1.0: catalog");
        await releases.UntilAsync(third, PassagePhase.Succeeded);

        Assert.Single(world.Target.Log, call => call.Acted && $"{call.Slot.Service}" == "catalog");
        Assert.Equal(
            Weight.All,
            world.Traffic.Log.Last(call => call.Acted && $"{call.Slot.Service}" == "catalog").Split.CandidateWeight);
        await StableAsync(releases, "catalog");
    }

    [Fact]
    public async Task A_retry_that_lifted_its_quarantine_may_be_repeated_under_its_key()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World());
        var releases = new Harness.Releases(server, "production");
        var id = await releases.StartAsync("shop-1", "web 1.0.0");
        await releases.UntilAsync(id, PassagePhase.Succeeded);
        await releases.UntilAsync("shop-1", ReleasePhase.Succeeded);
        // What it still tells others would be written down, and end the failures.
        await Eventually.IsAsync(
            "all that it had to tell was heard",
            async () => (await releases.Passage(id).GetAsync(default)).Value().Effects,
            effects => effects.All(effect => !effect.IsPending));
        await server.Get<IWakeIndex>().RecordFailureAsync(
            Kinds.Passage, $"{id}", "it could not be decided", server.Get<IStoreClock>().Now, default);
        var command = Harness.Releases.Command();
        Assert.Null((await releases.Passage(id).RetryAsync(command, dryRun: false, default)).RefusalOrNull);

        // The answer was lost, and it is sent again.
        Assert.Null((await releases.Passage(id).RetryAsync(command, dryRun: false, default)).RefusalOrNull);
    }

    private static Func<MemoryCall, bool> Deploys(string service) =>
        call => call.Verb == TargetVerb.Deploy && $"{call.Slot.Service}" == service;

    private static IEnumerable<string> Deployed(World world, params string[] versions) => world.Target.Log
        .Where(call => call.Acted && call.Verb == TargetVerb.Deploy && versions.Contains($"{call.Version}"))
        .Select(call => $"{call.Slot.Service}").Distinct();

    private static Task StableAsync(Harness.Releases releases, string service) => Eventually.IsAsync(
        $"{service} is stable at 1.0.0 and given back",
        () => releases.Rollouts.SlotStateAsync(releases.SlotOf(service)),
        slot => slot is { Holder: null, Stable.Version: var version } && $"{version}" == "1.0.0");
}
