using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Releases;

/// <summary>All of the way: manifests, a start, passages, slots, rollouts, and what is measured in between.</summary>
[Collection(ServersCollection.Name)]
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
    }
}
