using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Releases;

/// <summary>All of the way: manifests, a start, passages, slots, rollouts, and what is measured in between.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenAReleaseGoesThroughEnvironments(Stores stores) : IAsyncLifetime
{
    private const string Catalogue = """
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: staging}
        spec:
          connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}
          defaults: {strategy: quick, analysis: [golden]}
        ---
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: production}
        spec:
          after: [{environment: staging, soak: 500ms}]
          connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}
          defaults: {strategy: quick, analysis: [golden]}
        ---
        apiVersion: orleansrelease/v1
        kind: Strategy
        metadata: {name: quick}
        spec: {allAtOnce: {verify: 200ms}}
        ---
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: golden}
        spec:
          metrics:
            - {name: errors, query: "errors of {{service}} {{version}}", unit: ratio, max: 10%, interval: 250ms}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: cart}
        spec: {owner: shop}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: web}
        spec: {owner: shop}
        ---
        apiVersion: orleansrelease/v1
        kind: Release
        metadata: {name: shop-2026.11.3}
        spec: {services: {cart: 1.9.1, web: 3.2.0}}
        """;

    private static readonly ReleaseName Shop = ReleaseName.From("shop-2026.11.3");

    private readonly OneServer _one = new(stores);

    private IReleasePlannerGrain Planner => _one.Server.Grains.GetGrain<IReleasePlannerGrain>(0);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task It_goes_on_by_itself_when_it_was_measured_for_long_enough_where_it_has_completed()
    {
        var releases = new Harness.Releases(_one.Server, "staging");
        var nothing = await Planner.StartAsync(new(Shop, null, null), Harness.Releases.Command(), false, default);
        Assert.Equal(RefusalCodes.NotFound, nothing.RefusalOrNull?.Code);
        await releases.ApplyAsync(Catalogue);

        var command = Harness.Releases.Command();
        var wouldBe = (await Planner.StartAsync(new(Shop, null, null), command, dryRun: true, default)).Value();
        Assert.Equal("shop-2026.11.3.staging.1", $"{Assert.Single(wouldBe.Passages)}");
        var started = (await Planner.StartAsync(new(Shop, null, null), command, dryRun: false, default)).Value();
        Assert.Equal(wouldBe.Passages.AsEnumerable(), started.Passages);
        // Said twice it is the same start; with other words it is none.
        var again = (await Planner.StartAsync(new(Shop, null, null), command, dryRun: false, default)).Value();
        Assert.Equal(started.Passages.AsEnumerable(), again.Passages);
        var other = await Planner.StartAsync(new(Shop, null, 3), command, dryRun: false, default);
        Assert.Equal(RefusalCodes.KeyReused, other.RefusalOrNull?.Code);

        await releases.UntilAsync(started.Passages[0], PassagePhase.Succeeded);
        var production = PassageId.From("shop-2026.11.3.production.1");
        await releases.UntilAsync(production, PassagePhase.Succeeded);
        await releases.UntilAsync($"{Shop}", ReleasePhase.Succeeded);

        var state = (await releases.Release($"{Shop}").GetAsync(default)).Value().State;
        var soak = Assert.IsType<LegStage.Completed>(state.LegOf(EnvironmentName.From("staging"))!.Stage).Soak;
        Assert.True(soak.Covered >= TimeSpan.FromMilliseconds(500), $"{Duration.Format(soak.Covered)} measured");
        Assert.True((await releases.ViewAsync(production))!.State.CreatedAt >= soak.Since + soak.Covered);

        // What is measured no more is looked at before it leads anywhere.
        await MoveOnAsync(releases, "cart", "2.0.0");
        var gone = await Planner.StartAsync(
            new(Shop, production.Environment, null), Harness.Releases.Command(), false, default);
        Assert.Equal(RefusalCodes.Pending, gone.RefusalOrNull?.Code);
        Assert.Contains("cart is stable at 2.0.0", gone.RefusalOrNull?.Reason, StringComparison.Ordinal);
        await releases.UntilAsync($"{Shop}", ReleasePhase.Stopped);
    }

    [Fact]
    public async Task What_somebody_has_replaced_after_it_was_measured_leads_nowhere()
    {
        var (releases, production) = (new Harness.Releases(_one.Server, "staging"), EnvironmentName.From("production"));
        await releases.ApplyAsync(Catalogue);
        (await Planner.StartAsync(new(Shop, null, null), Harness.Releases.Command(), false, default)).Value();
        var release = releases.Release($"{Shop}");
        (await release.PauseAsync(production, Harness.Releases.Command(), false, default)).Value();
        await Eventually.IsAsync(
            "it has completed and was measured", async () => (await release.GetAsync(default)).Value().State,
            state => state.Phase == ReleasePhase.Paused && !state.Soaking.Any());
        await MoveOnAsync(releases, "cart", "2.0.0");

        (await release.ResumeAsync(production, Harness.Releases.Command(), false, default)).Value();

        await releases.UntilAsync($"{Shop}", ReleasePhase.Stopped);
        var state = (await release.GetAsync(default)).Value().State;
        Assert.IsType<LegStage.Replaced>(state.LegOf(releases.Environment)!.Stage);
        Assert.Contains(
            "cart is stable at 2.0.0", Assert.IsType<LegStage.NotBegun>(state.LegOf(production)!.Stage).Reason,
            StringComparison.Ordinal);
        Assert.Null(await releases.ViewAsync(PassageId.From("shop-2026.11.3.production.1")));
    }

    [Fact]
    public async Task Where_all_of_it_is_stable_already_it_has_completed_is_measured_and_goes_on()
    {
        var releases = new Harness.Releases(_one.Server, "staging");
        await releases.ApplyAsync(Catalogue);
        await Task.WhenAll(MoveOnAsync(releases, "cart", "1.9.1"), MoveOnAsync(releases, "web", "3.2.0"));

        (await Planner.StartAsync(new(Shop, null, null), Harness.Releases.Command(), false, default)).Value();

        await releases.UntilAsync($"{Shop}", ReleasePhase.Succeeded);
    }

    [Fact]
    public async Task One_that_cannot_begin_can_be_aborted_and_never_begins()
    {
        var releases = new Harness.Releases(_one.Server, "production");
        await releases.ApplyAsync(Catalogue);
        // As the catalogue is, its specification cannot be made: it is tried again and again.
        await _one.PlantAsync(Kinds.Slot, "web.production", """{"schema":1,"sequence":1,"outbox":"not a list"}""");
        var id = PassageId.From("shop-2026.11.3.production.1");
        (await releases.Release($"{Shop}").StartAsync(
            new ReleaseInput.Start(
                new ReleaseRoute(Shop, [new RouteEnvironment(releases.Environment, [])]), null, null, [],
                ActorName.From("anna")),
            Harness.Releases.Command(), dryRun: false, default)).Value();
        await Eventually.IsAsync(
            "it was tried", async () => (await releases.Release($"{Shop}").ExplainAsync(default)).Value(),
            explained => explained.Because.Any(why => why.Contains("could not begin yet", StringComparison.Ordinal)));

        var command = Harness.Releases.Command();
        Assert.Equal(
            PassagePhase.Cancelled, (await releases.Passage(id).AbortAsync(command, false, default)).Value().Phase);
        Assert.Equal(
            PassagePhase.Cancelled, (await releases.Passage(id).AbortAsync(command, false, default)).Value().Phase);

        await releases.UntilAsync($"{Shop}", ReleasePhase.Stopped);
        Assert.Null(await releases.Passage(id).BeginAsync(
            new(id, ActorName.From("anna"), Rank.Of(id, DateTimeOffset.UtcNow, 0), null), "sha256:late", default));
        Assert.Equal(PassagePhase.Cancelled, (await releases.ViewAsync(id))?.Phase);
        await Harness.Chain.CheckAsync(_one.Server, Kinds.Passage, $"{id}");
    }

    [Fact]
    public async Task Where_what_came_before_cannot_be_read_it_does_not_begin_and_says_so()
    {
        var (releases, production) = (new Harness.Releases(_one.Server, "staging"), EnvironmentName.From("production"));
        await releases.ApplyAsync(Catalogue);
        var started = (await Planner.StartAsync(
            new(Shop, null, null), Harness.Releases.Command(), false, default)).Value();
        await releases.UntilAsync($"{Shop}", ReleasePhase.Succeeded);
        await _one.SpoilAsync(Kinds.Passage, $"{started.Passages[0]}");

        var refused = await Planner.StartAsync(
            new(Shop, production, null), Harness.Releases.Command(), false, default);

        Assert.Equal(RefusalCodes.Poisoned, refused.RefusalOrNull?.Code);
        Assert.Contains(
            $"release {started.Passages[0]} cannot be read", refused.RefusalOrNull?.Reason, StringComparison.Ordinal);
    }

    // A rollout of no release, that has nothing to do with this one.
    private static async Task MoveOnAsync(Harness.Releases releases, string service, string version)
    {
        var slot = releases.SlotOf(service);
        await releases.Rollouts.UntilAsync(await releases.Rollouts.StartAsync(slot, version), Phase.Succeeded);
        await Eventually.IsAsync(
            $"{service} is stable at {version} and given back", () => releases.Rollouts.SlotStateAsync(slot),
            seen => seen is { Holder: null, Stable.Version: var stable } && $"{stable}" == version);
    }
}
