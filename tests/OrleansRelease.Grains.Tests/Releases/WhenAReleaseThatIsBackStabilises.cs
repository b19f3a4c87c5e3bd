using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Releases;

/// <summary>
/// What is there again after a way back is really measured, by the criteria of the version that it is.
/// </summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenAReleaseThatIsBackStabilises(Stores stores)
{
    private static readonly Stabilise Rule =
        new(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(5));

    [Fact]
    public async Task It_is_called_rolled_back_when_what_is_there_again_is_good_also_by_another_server()
    {
        var (world, store, isBad) = (new World(), await stores.NewAsync(), false);
        world.Metrics.Numbers = (query, _) =>
            query == "errors of web.production 1.0.0" && Volatile.Read(ref isBad)
                ? 0.5
                : Harness.Rollouts.Errors(query);
        PassageId second;
        await using (var before = await TestServer.StartAsync(store, world))
        {
            var releases = new Harness.Releases(before, "production") { Stabilise = Rule };
            await EstablishedAsync(releases);
            Volatile.Write(ref isBad, true);

            second = await releases.StartAsync("shop-2", "catalog 2.0.0; web bad-2: catalog");
            var measured = (await Eventually.IsAsync(
                "what is there again was found bad", async () => (await releases.ViewAsync(second))?.State,
                state => state?.Stage is PassageStage.Stabilising { Soak.Note: not null }))!;

            Assert.Equal(PassagePhase.Stabilising, measured.Phase);
            var note = ((PassageStage.Stabilising)measured.Stage).Soak.Note!;
            Assert.StartsWith("web: golden/errors: ", note, StringComparison.Ordinal);
            Assert.Equal(
                second, (await releases.Rollouts.SlotStateAsync(releases.SlotOf("catalog"))).Holder?.Passage);
            Assert.All(measured.Parts, part => Assert.IsType<PartStage.Back>(part.Stage));
        }

        Volatile.Write(ref isBad, false);
        await using var server = await TestServer.StartAsync(store, world);
        var after = new Harness.Releases(server, "production");
        var end = Assert.IsType<PassageStage.Ended>((await after.UntilAsync(second, PassagePhase.RolledBack)).Stage);

        Assert.True(end.Stability!.Holds, end.Stability.Note);
        Assert.True(end.Stability.Covered >= Rule.For);
        await Eventually.IsAsync(
            "its slots are given back", () => after.Rollouts.SlotStateAsync(after.SlotOf("catalog")),
            slot => slot is { Holder: null, Stable.Version: var version } && $"{version}" == "1.0.0");
        await Harness.Chain.CheckAsync(server, Kinds.Passage, $"{second}");
    }

    [Fact]
    public async Task Where_the_source_is_silent_it_ends_with_its_time_and_says_so()
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var releases = new Harness.Releases(server, "production")
        {
            Stabilise = Rule with { Within = TimeSpan.FromSeconds(2) },
        };
        await EstablishedAsync(releases);
        world.Metrics.Faults = query => query.Source is MetricSource.Query(var text)
            && text.EndsWith("1.0.0", StringComparison.Ordinal) ? new MetricsFault.Empty() : null;

        var second = await releases.StartAsync("shop-2", "catalog 2.0.0; web bad-2: catalog");
        var state = await releases.UntilAsync(second, PassagePhase.RolledBack);

        var stability = Assert.IsType<PassageStage.Ended>(state.Stage).Stability!;
        Assert.False(stability.Holds);
        Assert.Contains("the answer is empty", stability.Note, StringComparison.Ordinal);
        var explained = (await releases.Passage(second).ExplainAsync(default)).Value();
        Assert.Equal("nothing more is taken back for it: look at what is there again", explained.Because[^1]);
    }

    private static async Task EstablishedAsync(Harness.Releases releases)
    {
        await releases.UntilAsync(
            await releases.StartAsync("shop-1", "catalog 1.0.0; web 1.0.0: catalog"), PassagePhase.Succeeded);
        foreach (var service in new[] { "catalog", "web" })
        {
            await Eventually.IsAsync(
                $"{service} is stable and given back", () => releases.Rollouts.SlotStateAsync(releases.SlotOf(service)),
                slot => slot is { Holder: null, Stable: not null });
        }
    }
}
