using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Releases;

[Collection(ReleasesCollection.Name)]
public sealed class WhenAReleaseUnderWayIsStoodOn(Stores stores)
{
    private const string Catalogue = """
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: catalog}
        spec: {owner: shop}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: cart}
        spec: {owner: shop, dependsOn: [catalog]}
        """;

    [Fact]
    public async Task Whoever_loses_the_ground_is_named_before_it_is_aborted_by_the_answer_and_afterwards()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World());
        var releases = Releases(server);
        var passage = releases.Passage(await UnderWayAsync(releases));
        Assert.Null((await passage.PlanBackAsync(default)).Value().StandOn);
        await releases.UntilAsync(await releases.StartAsync("cart-1", "cart 1.0.0"), PassagePhase.Succeeded);
        await Eventually.IsAsync(
            "cart is stable",
            () => releases.Rollouts.SlotStateAsync(releases.SlotOf("cart")),
            slot => slot is { Holder: null, Stable: not null });

        const string text = "cart-1.production.1 has brought cart 1.0.0 since, which needs catalog";
        var plan = (await passage.PlanBackAsync(default)).Value();
        Assert.Equal(text, $"{Assert.Single(plan.StandOn!.Value)}");
        Assert.Equal("catalog", $"{Assert.Single(plan.Steps, step => step.To is not null).Service}");
        Assert.Contains(text, (await passage.ExplainAsync(default)).Value().Because);
        var command = Harness.Releases.Command();
        var would = (await passage.AbortAsync(command, dryRun: true, default)).Value();
        Assert.Equal([text], Named(would));
        Assert.Equal(PassagePhase.Paused, (await passage.GetAsync(default)).Value().Phase);
        var refused = (await passage.AbortWithCareAsync(
            WhenBuiltOn.Refuse, Harness.Releases.Command(), dryRun: false, default)).RefusalOrNull;
        Assert.Equal(("built-on", text), (refused?.Code, refused?.Reason));
        Assert.Equal(
            PassagePhase.Paused,
            (await passage.AbortWithCareAsync(WhenBuiltOn.Hold, Harness.Releases.Command(), false, default))
                .Value().Phase);

        // It goes all the same, and the same command given again is the same abort.
        var aborted = (await passage.AbortAsync(command, dryRun: false, default)).Value();
        Assert.Equal([text], Named(aborted));
        Assert.Null((await passage.AbortAsync(command, dryRun: false, default)).RefusalOrNull);
        await releases.UntilAsync(aborted.Id, PassagePhase.RolledBack);
        Assert.Contains(text, (await passage.ExplainAsync(default)).Value().Because);
        var log = await Harness.Chain.CheckAsync(server, Kinds.Passage, $"{aborted.Id}");
        Assert.Contains(log, entry => entry.Transition.Contains("\"standOn\"", StringComparison.Ordinal));
        await releases.UntilAsync("shop-2", ReleasePhase.Stopped);
    }

    [Fact]
    public async Task An_abort_goes_on_where_nobody_can_say_who_stands_on_it()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World());
        var releases = Releases(server);
        var passage = releases.Passage(await UnderWayAsync(releases));
        await releases.DamageSlotAsync("mail");

        var plan = (await passage.PlanBackAsync(default)).Value();
        Assert.Contains("slot mail.production", plan.StandOnNotKnown, StringComparison.Ordinal);
        Assert.NotEmpty(plan.Steps);
        var aborted = (await passage.AbortAsync(Harness.Releases.Command(), dryRun: false, default)).Value();

        Assert.Contains(
            "slot mail.production", Assert.Single(Named(aborted)), StringComparison.Ordinal);
        await releases.UntilAsync(aborted.Id, PassagePhase.RolledBack);
    }

    private static Harness.Releases Releases(TestServer server) =>
        new(server, "production") { OnFailure = OnFailure.Hold };

    // It holds where its second service has failed: catalog is verified, and has its slot still.
    private static async Task<Core.Identity.PassageId> UnderWayAsync(Harness.Releases releases)
    {
        await releases.ApplyAsync(Catalogue);
        await releases.UntilAsync(
            await releases.StartAsync("shop-1", "catalog 1.0.0; web 1.0.0"), PassagePhase.Succeeded);
        await releases.UntilAsync("shop-1", ReleasePhase.Succeeded);
        var id = await releases.StartAsync("shop-2", "catalog 2.0.0; web bad-2: catalog");
        await Eventually.IsAsync(
            $"{id} holds, and nothing of it moves",
            async () => (await releases.ViewAsync(id))?.State,
            seen => seen?.Phase == PassagePhase.Paused && seen.Parts.All(part => !part.IsAwaited));
        return id;
    }

    private static IEnumerable<string> Named(Contracts.Releases.PassageView view) =>
        view.State.Stage is PassageStage.Halting { Cause: PassageCause.Person person }
            ? WhoStands.TextsOf(person.StandOn, person.StandOnNotKnown)
            : [];
}
