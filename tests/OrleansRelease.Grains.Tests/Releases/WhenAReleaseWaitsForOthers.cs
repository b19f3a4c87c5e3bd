using OrleansRelease.Adapters.Targets;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Releases;

[Collection(ReleasesCollection.Name)]
public sealed class WhenAReleaseWaitsForOthers(Stores stores)
{
    private static readonly Requirement Catalog = new(ServiceName.From("catalog"), VersionName.From("2.0.0"));

    [Fact]
    public async Task It_touches_nothing_before_what_it_requires_is_stable_and_goes_on_as_it_is_rung()
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var (others, waiting) = (new Harness.Releases(server, "production"), Requiring(server));

        var second = await waiting.StartAsync("shop-2", "web 2.0.0");
        await IsExplainedAsync(waiting, second);
        Assert.Empty(world.Target.Log);
        await others.UntilAsync(await others.StartAsync("shop-1", "catalog 2.0.0"), PassagePhase.Succeeded);

        await waiting.UntilAsync(second, PassagePhase.Succeeded);
        Assert.Equal(["catalog", "web"], Deployed(world));
    }

    [Fact]
    public async Task It_still_waits_after_its_server_has_ended_and_goes_on_although_nobody_rings()
    {
        var (world, store) = (new World(), await stores.NewAsync());
        PassageId second;
        var before = await TestServer.StartAsync(store, world);
        try
        {
            second = await Requiring(before).StartAsync("shop-2", "web 2.0.0");
            await IsExplainedAsync(Requiring(before), second);
        }
        finally
        {
            await before.KillAsync();
        }

        var clock = new AdvancedClock();
        await using var server = await TestServer.StartAsync(store, world, more: clock.Put, streams: false);
        var (others, waiting) = (new Harness.Releases(server, "production"), Requiring(server));
        await IsExplainedAsync(waiting, second);

        // Nobody rings, so each reads again only when it is due.
        var first = await others.StartAsync("shop-1", "catalog 2.0.0");
        await VerifiedAsync(others, "catalog");
        clock.Advance(PassageLimits.ReadAgainAfter);
        await others.UntilAsync(first, PassagePhase.Succeeded);
        clock.Advance(PassageLimits.ReadAgainAfter);
        await VerifiedAsync(waiting, "web");
        clock.Advance(PassageLimits.ReadAgainAfter);
        await waiting.UntilAsync(second, PassagePhase.Succeeded);
        Assert.Equal(["catalog", "web"], Deployed(world));
    }

    [Fact]
    public async Task One_that_goes_first_takes_back_what_moves_and_has_its_slots()
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var quick = new Harness.Releases(server, "production");
        var slow = new Harness.Releases(server, "production")
        {
            Rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) },
        };
        await quick.UntilAsync(await quick.StartAsync("shop-1", "web 1.0.0"), PassagePhase.Succeeded);
        var second = await slow.StartAsync("shop-2", "web 2.0.0");
        await Eventually.IsAsync(
            "it moves", () => slow.Rollouts.ViewAsync(new RolloutId(slow.SlotOf("web"), 2)),
            seen => seen?.State.Work is Work.Resting);

        var third = await new Harness.Releases(server, "production") { WhenBusy = WhenBusy.Supersede }
            .StartAsync("shop-3", "web 3.0.0");

        var ended = await quick.UntilAsync(second, PassagePhase.RolledBack);
        var stage = Assert.IsType<PassageStage.Ended>(ended.Stage);
        Assert.Equal(third, Assert.IsType<PassageCause.SupersededBy>(stage.Cause).Passage);
        await quick.UntilAsync(third, PassagePhase.Succeeded);
        // The slot is told when the release has completed.
        await Eventually.IsAsync(
            "what goes first is stable", () => quick.Rollouts.SlotStateAsync(quick.SlotOf("web")),
            slot => $"{slot.Stable?.Version}" == "3.0.0");
    }

    private static Harness.Releases Requiring(TestServer server) =>
        new(server, "production") { Requires = [Catalog] };

    private static Task IsExplainedAsync(Harness.Releases releases, PassageId id) => Eventually.IsAsync(
        "it says what it waits for",
        async () => await releases.ViewAsync(id) is null
            ? [] : (await releases.Passage(id).ExplainAsync(default)).Value().Because,
        because => because.Any(why =>
            why.Contains("catalog", StringComparison.Ordinal) && why.Contains("2.0.0", StringComparison.Ordinal)));

    private static Task VerifiedAsync(Harness.Releases releases, string service) =>
        releases.Rollouts.UntilAsync(new RolloutId(releases.SlotOf(service), 1), Phase.Verified, Phase.Succeeded);

    private static IEnumerable<string> Deployed(World world) => world.Target.Log
        .Where(call => call is { Acted: true, Verb: TargetVerb.Deploy })
        .Select(call => $"{call.Slot.Service}");
}
