using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Storage;

namespace OrleansRelease.Grains.Tests.Restoring;

/// <summary>
/// A backup of a store in which a release is under way: catalog is verified, and cart, which needs it, rests at half of
/// the requests.
/// </summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenAReleasesStoreIsRestored(Stores stores) : IAsyncLifetime
{
    private static readonly ImmutableArray<string> Services = ["catalog", "cart"];

    private readonly World _world = new();
    private StorageOptions _original = null!;
    private StorageOptions _backup = null!;
    private PassageId _second;

    public async Task InitializeAsync()
    {
        (_original, _backup) = (await stores.NewAsync(), await stores.NewAsync());
        await using (var server = await TestServer.StartAsync(_original, _world))
        {
            var first = new Harness.Releases(server, "production");
            await first.UntilAsync(
                await first.StartAsync("shop-1", "catalog 1.0.0; cart 1.0.0: catalog"), PassagePhase.Succeeded);
            await first.UntilAsync("shop-1", ReleasePhase.Succeeded);
            var releases = Of(server);
            _second = await releases.StartAsync("shop-2", "catalog 2.0.0; cart 2.0.0: catalog");
            await PromoteAsync(releases, "catalog");
            await HalfwayAsync(releases, "cart");
        }

        foreach (var file in Directory.EnumerateFiles(_original.DataFolder!, "store.db*"))
            File.Copy(file, Path.Combine(_backup.DataFolder!, Path.GetFileName(file)));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task It_goes_on_by_itself_where_all_its_records_hold()
    {
        await using var server = await TestServer.StartAsync(_backup, _world);
        var releases = Of(server);
        await PromoteAsync(releases, "cart");

        await releases.UntilAsync(_second, PassagePhase.Succeeded);
        await releases.UntilAsync("shop-2", ReleasePhase.Succeeded);
        Assert.Equal(2, _world.Traffic.Log[^1].Fence.Epoch);
    }

    [Fact]
    public async Task What_was_taken_back_since_is_not_built_on_and_an_abort_takes_the_rest_back()
    {
        await using (var server = await TestServer.StartAsync(_original, _world))
        {
            var releases = Of(server);
            Assert.Null((await releases.Passage(_second).AbortAsync(Harness.Releases.Command(), false, default))
                .RefusalOrNull);
            await releases.UntilAsync(_second, PassagePhase.RolledBack);
        }

        var before = _world.Traffic.Log.Length;
        await using var restored = await TestServer.StartAsync(_backup, _world);
        var after = Of(restored);
        await Eventually.IsAsync(
            "it was seen that catalog is gone", () => after.ViewAsync(_second),
            view => view?.State.PartOf(ServiceName.From("catalog")).Stage is PartStage.Moving);
        await Task.WhenAll(Services.Select(service => Eventually.IsAsync(
            $"{service} was seen", () => after.Rollouts.ViewAsync(RolloutOf(after, service)),
            view => view?.State.Restored is Restored.Differs)));
        Assert.Equal(before, _world.Traffic.Log.Length);
        var explained = (await after.Passage(_second).ExplainAsync(default)).Value();
        Assert.Contains(explained.Because, why => why.StartsWith("catalog.production.2: ", StringComparison.Ordinal));
        Assert.Contains(explained.Moves, move => move.Command == "orel rollout retry catalog.production.2");

        Assert.Null((await after.Passage(_second).AbortAsync(Harness.Releases.Command(), false, default))
            .RefusalOrNull);
        await after.UntilAsync(_second, PassagePhase.RolledBack);
        foreach (var service in Services)
        {
            Assert.Equal(
                Weight.None,
                _world.Traffic.Log.Last(call => call.Acted && $"{call.Slot.Service}" == service).Split.CandidateWeight);
        }
    }

    [Fact]
    public async Task Where_it_has_completed_since_a_person_says_so_of_each_and_it_completes()
    {
        await using (var server = await TestServer.StartAsync(_original, _world))
        {
            var releases = Of(server);
            await PromoteAsync(releases, "cart");
            await releases.UntilAsync(_second, PassagePhase.Succeeded);
            await releases.UntilAsync("shop-2", ReleasePhase.Succeeded);
        }

        await using var restored = await TestServer.StartAsync(_backup, _world);
        var after = Of(restored);
        var cart = RolloutOf(after, "cart");
        await Eventually.IsAsync(
            "it was seen that cart is further", () => after.Rollouts.ViewAsync(cart),
            view => view?.State.Restored is Restored.Differs);
        await Eventually.IsAsync(
            "catalog is as it was", () => after.ViewAsync(_second),
            view => view?.State.PartOf(ServiceName.From("catalog")).Stage is PartStage.Verified);

        Assert.Null((await after.Rollouts.Grain(cart).ResumeAsync(after.Rollouts.Command("on"), false, default))
            .RefusalOrNull);
        await PromoteAsync(after, "cart");
        await after.UntilAsync(_second, PassagePhase.Succeeded);
    }

    [Fact]
    public async Task A_release_that_began_since_waits_for_its_slots_and_says_what_a_person_does()
    {
        await using (var server = await TestServer.StartAsync(_original, _world))
        {
            var releases = Of(server);
            await PromoteAsync(releases, "cart");
            await releases.UntilAsync(_second, PassagePhase.Succeeded);
            await releases.UntilAsync("shop-2", ReleasePhase.Succeeded);
            var quick = new Harness.Releases(server, "production");
            await quick.UntilAsync(await quick.StartAsync("shop-3", "stock 3.0.0"), PassagePhase.Succeeded);
        }

        await using var restored = await TestServer.StartAsync(_backup, _world);
        var after = new Harness.Releases(restored, "production");
        var third = await after.StartAsync("shop-3", "stock 3.0.0");
        await Eventually.IsAsync(
            "its slot was seen",
            async () => await after.Passage(third).ExplainAsync(default) as Answer<PassageExplanation>.Accepted,
            explained => explained?.Value.Moves.Any(move =>
                move.Command == "orel slot accept stock -e production") == true);

        Assert.Null((await after.Rollouts.Slot(after.SlotOf("stock"))
            .AcceptAsync(after.Rollouts.Command("accepted"), false, default)).RefusalOrNull);
        await after.UntilAsync(third, PassagePhase.Succeeded);
    }

    private static Harness.Releases Of(TestServer server) => new(server, "production")
    {
        Rollouts = new(server) { Pause = TimeSpan.FromHours(1) },
    };

    private static RolloutId RolloutOf(Harness.Releases releases, string service) => new(releases.SlotOf(service), 2);

    private static Task HalfwayAsync(Harness.Releases releases, string service) => Eventually.IsAsync(
        $"{service} rests at half", () => releases.Rollouts.ViewAsync(RolloutOf(releases, service)), view => view is
        {
            State: { Stage: Stage.Moving { Work: Work.Resting }, Restored: null or Restored.Accepted },
        } && view.State.Exposure.Confirmed == Weight.Percent(50));

    private static async Task PromoteAsync(Harness.Releases releases, string service)
    {
        await HalfwayAsync(releases, service);
        // It may not have looked yet since a restore.
        var rollout = releases.Rollouts.Grain(RolloutOf(releases, service));
        var answered = await Eventually.IsAsync(
            $"{service} has looked",
            async () => (await rollout.PromoteAsync(Harness.Releases.Command(), false, default)).RefusalOrNull?.Code,
            code => code != RefusalCodes.Restored);
        Assert.Null(answered);
    }
}
