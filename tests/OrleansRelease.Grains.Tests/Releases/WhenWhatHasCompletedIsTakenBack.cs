using OrleansRelease.Adapters.Targets;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Releases;

[Collection(ReleasesCollection.Name)]
public sealed class WhenWhatHasCompletedIsTakenBack(Stores stores)
{
    private const string First = "catalog 1.0.0; cart 1.0.0: catalog; web 1.0.0: cart";

    [Fact]
    public async Task Each_service_goes_back_to_the_version_before_in_exact_reverse_and_the_release_is_over_there()
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var releases = new Harness.Releases(server, "production");
        await CompleteAsync(releases, "shop-1", First);
        await CompleteAsync(releases, "shop-2", "catalog 2.0.0; cart 2.0.0: catalog; web 2.0.0: cart");
        var (planner, command) = (server.Grains.GetGrain<IReleasePlannerGrain>(0), Harness.Releases.Command());

        var would = (await planner.RollbackAsync(Request("shop-2"), command, dryRun: true, default)).Value();
        Assert.Equal("shop-2.production.2", $"{would.Passage}");
        Assert.Equal(
            ["web → 1.0.0", "cart → 1.0.0", "catalog → 1.0.0"],
            would.WayBack.Steps.Select(step => $"{step.Service} → {step.To}"));
        Assert.NotNull(would.WayBack.Expected);
        Assert.All(would.WayBack.Steps, step => Assert.Equal(step.Steps.Length, step.Expected!.Value.Length));
        var back = (await planner.RollbackAsync(Request("shop-2"), command, dryRun: false, default)).Value();
        Assert.Equal((would.Passage, "shop-2.production.1"), (back.Passage, $"{back.Reverses}"));
        var again = (await planner.RollbackAsync(Request("shop-2"), command, dryRun: false, default)).Value();
        Assert.Equal(back.Passage, again.Passage);

        await releases.UntilAsync(back.Passage, PassagePhase.RolledBack);
        await releases.UntilAsync("shop-2", ReleasePhase.Stopped);
        await AllStableAsync(releases, "1.0.0");
        // What the router was told last of each: all requests to the version before, in reverse.
        Assert.Equal(
            ["web", "cart", "catalog"],
            world.Traffic.Log.Where(call => call.Acted && call.Split.CandidateWeight == Weight.None
                && $"{call.Split.Candidate}" == "2.0.0").Select(call => $"{call.Slot.Service}").Distinct());
        Assert.Equal(3, world.Target.Log.Count(call =>
            call.Acted && call.Verb == TargetVerb.Retire && $"{call.Version}" == "2.0.0"));
        await Harness.Chain.CheckAsync(server, Kinds.Passage, $"{back.Passage}");
        await Harness.Chain.CheckAsync(server, Kinds.Release, "shop-2");
        await Harness.Chain.CheckAsync(server, Kinds.Slot, $"{releases.SlotOf("web")}");

        var twice = await planner.RollbackAsync(Request("shop-2"), Harness.Releases.Command(), false, default);
        Assert.Equal(RefusalCodes.NotCompleted, twice.RefusalOrNull?.Code);
        // What was there before it can be taken back in turn.
        var known = (await planner.RollbackAsync(
            Request("shop-1"), Harness.Releases.Command(), true, default)).Value();
        Assert.Contains(
            known.WayBack.Steps.SelectMany(step => step.Expected!.Value),
            expected => expected.Source == DurationSource.History);
        var first = (await planner.RollbackAsync(
            Request("shop-1"), Harness.Releases.Command(), false, default)).Value();
        await releases.UntilAsync(first.Passage, PassagePhase.RolledBack);
        await StableAsync(releases, "web", null);
    }

    [Fact]
    public async Task Who_was_built_on_it_is_named_refused_asked_for_or_taken_back_first()
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var releases = new Harness.Releases(server, "production");
        await CompleteAsync(releases, "shop-1", First);
        await CompleteAsync(releases, "shop-2", "catalog 2.0.0; cart 2.0.0: catalog");
        // It has found cart as shop-2 has left it.
        await CompleteAsync(releases, "shop-3", "cart 2.0.0; web 3.0.0: cart");
        var planner = server.Grains.GetGrain<IReleasePlannerGrain>(0);

        var refused = await planner.RollbackAsync(Request("shop-2"), Harness.Releases.Command(), false, default);
        Assert.Equal(RefusalCodes.BuiltOn, refused.RefusalOrNull?.Code);
        Assert.Contains(
            "shop-3.production.1 has brought web 3.0.0", refused.RefusalOrNull!.Reason, StringComparison.Ordinal);
        // A dry run says what would be, and who stands on it, before anybody has said what becomes of them.
        var would = (await planner.RollbackAsync(
            Request("shop-2"), Harness.Releases.Command(), dryRun: true, default)).Value().WayBack;
        Assert.Equal(["cart", "catalog"], would.Steps.Select(step => $"{step.Service}"));
        Assert.Contains(would.StandOn!.Value, one => $"{one.By}" == "shop-3.production.1");
        var with = (await planner.RollbackAsync(
            Request("shop-2", WhenBuiltOn.Include), Harness.Releases.Command(), dryRun: true, default)).Value().WayBack;
        Assert.Equal("shop-3.production.1", $"{Assert.Single(with.With!.Value).By}");
        Assert.Null(with.StandOn);
        var completed = PassageId.From("shop-2.production.1");
        var explained = (await releases.Passage(completed).ExplainAsync(default)).Value();
        Assert.Contains(explained.Because, why => why.Contains("shop-3.production.1", StringComparison.Ordinal));
        Assert.Equal(["cart", "catalog"], explained.WayBack!.Steps.Select(step => $"{step.Service}"));

        var held = (await planner.RollbackAsync(
            Request("shop-2", WhenBuiltOn.Hold), Harness.Releases.Command(), false, default)).Value();
        await releases.UntilAsync(held.Passage, PassagePhase.Paused);
        // All of it would be taken back by hand, which nothing here can; nothing to do would be an empty script.
        var script = await server.Grains.GetGrain<IBackScriptGrain>(0).WriteAsync(
            ReleaseName.From("shop-2"), releases.Environment, default);
        Assert.Equal(RefusalCodes.NoScript, script.RefusalOrNull?.Code);
        (await releases.Passage(held.Passage).AbortAsync(Harness.Releases.Command(), false, default)).Value();
        await releases.UntilAsync("shop-2", ReleasePhase.Succeeded);
        var planned = (await releases.Passage(held.Passage).PlanBackAsync(default)).Value();
        Assert.Equal(
            (completed, "cart catalog"),
            (planned.Reverses, string.Join(' ', planned.Steps.Select(step => step.Service))));

        var back = (await planner.RollbackAsync(
            Request("shop-2", WhenBuiltOn.Include), Harness.Releases.Command(), false, default)).Value();
        await releases.UntilAsync(back.Passage, PassagePhase.RolledBack);
        await AllStableAsync(releases, "1.0.0");
        Assert.Equal(
            "web", world.Traffic.Log.Where(call => call.Acted && call.Split.CandidateWeight == Weight.None)
                .Select(call => $"{call.Slot.Service}").First());
        await releases.UntilAsync("shop-2", ReleasePhase.Stopped);
        // Whoever went back with it knows.
        await releases.UntilAsync("shop-3", ReleasePhase.Stopped);
    }

    [Fact]
    public async Task What_cannot_be_read_is_named_and_the_rest_is_said_all_the_same()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World());
        var releases = new Harness.Releases(server, "production");
        await CompleteAsync(releases, "shop-1", "catalog 1.0.0");
        await releases.DamageSlotAsync("mail");

        var refused = await server.Grains.GetGrain<IReleasePlannerGrain>(0).RollbackAsync(
            Request("shop-1"), Harness.Releases.Command(), false, default);
        Assert.Equal(RefusalCodes.Poisoned, refused.RefusalOrNull?.Code);
        Assert.Contains("slot mail.production", refused.RefusalOrNull!.Reason, StringComparison.Ordinal);
        var passage = releases.Passage(PassageId.From("shop-1.production.1"));
        Assert.Contains(
            "slot mail.production", (await passage.PlanBackAsync(default)).Value().NotKnown, StringComparison.Ordinal);
        Assert.Equal(PassagePhase.Succeeded, (await passage.ExplainAsync(default)).Value().Phase);
    }

    private static async Task CompleteAsync(Harness.Releases releases, string release, string services)
    {
        await releases.UntilAsync(await releases.StartAsync(release, services), PassagePhase.Succeeded);
        await releases.UntilAsync(release, ReleasePhase.Succeeded);
        foreach (var words in services.Split("; ").Select(one => one.Split(' ')))
            await StableAsync(releases, words[0], words[1].TrimEnd(':'));
    }

    private static Task AllStableAsync(Harness.Releases releases, string version) => Task.WhenAll(
        new[] { "catalog", "cart", "web" }.Select(service => StableAsync(releases, service, version)));

    private static ReleaseRollbackRequest Request(string release, WhenBuiltOn whenBuiltOn = WhenBuiltOn.Refuse) =>
        new(ReleaseName.From(release), EnvironmentName.From("production"), whenBuiltOn, "prices are wrong");

    private static Task StableAsync(Harness.Releases releases, string service, string? version) => Eventually.IsAsync(
        $"{service} is stable at {version ?? "nothing"} and given back",
        () => releases.Rollouts.SlotStateAsync(releases.SlotOf(service)),
        slot => slot is { Holder: null } && $"{slot.Stable?.Version}" == (version ?? ""));
}
