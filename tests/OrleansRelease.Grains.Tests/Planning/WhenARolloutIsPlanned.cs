using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Planning;

[Collection(ReleasesCollection.Name)]
public sealed class WhenARolloutIsPlanned(Stores stores) : IAsyncLifetime
{
    private const string Manifests = """
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: production}
        spec:
          connections:
            target: {memory: {}}
            traffic: {memory: {}}
            metrics: {memory: {}}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: checkout}
        spec:
          owner: payments
          strategy: careful
        ---
        apiVersion: orleansrelease/v1
        kind: Strategy
        metadata: {name: careful}
        spec: {canary: {weights: [10, 50], each: 10m, verify: 15m}}
        """;

    private static readonly StartRequest Request = new(
        ServiceName.From("checkout"), EnvironmentName.From("production"), VersionName.From("3.2.0"));

    private readonly OneServer _one = new(stores);

    private IPlannerGrain Planner => _one.Server.Grains.GetGrain<IPlannerGrain>(0);

    private Harness.Rollouts Rollouts => new(_one.Server);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task The_catalogue_gives_its_specification_and_a_repeated_start_is_not_planned_again()
    {
        var missing = await Planner.PlanAsync(Request, default);
        Assert.Equal(RefusalCodes.NotFound, missing.RefusalOrNull?.Code);

        await ApplyAsync(Manifests);
        var plan = (await Planner.PlanAsync(Request, default)).Value();
        Assert.Null(plan.From);
        Assert.Equal("careful", plan.Strategy);
        Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));

        var rollouts = Rollouts;
        var command = rollouts.Command("start");
        var started = (await Planner.StartAsync(Request, command, dryRun: false, default)).Value();
        Assert.Equal("checkout.production.1", $"{started.RolloutId}");
        await ApplyAsync(Manifests.Replace("10, 50", "20, 60", StringComparison.Ordinal));
        Assert.Equal(started, (await Planner.StartAsync(Request, command, dryRun: false, default)).Value());
        var other = await Planner.StartAsync(
            Request with { Version = VersionName.From("3.3.0") }, command, dryRun: false, default);
        Assert.Equal(RefusalCodes.KeyReused, other.RefusalOrNull?.Code);
    }

    [Fact]
    public async Task Nobody_overwrites_a_manifest_that_they_have_not_seen()
    {
        var manifest = Assert.Single(ManifestReader.Read(
            Manifests.Split("---")[1].Replace("checkout", "cart", StringComparison.Ordinal), "cart.yaml").Manifests);
        var grain = _one.Server.Grains.GetGrain<IManifestGrain>("Service/cart");
        var rollouts = Rollouts;
        var content = Vocabulary.Write(manifest);
        var first = (await grain.ApplyAsync(
            content, CatalogueDecider.None, rollouts.Command("a"), dryRun: false, default)).Value();
        Assert.Equal(1, first.Sequence);
        var blind = await grain.ApplyAsync(
            content + " ", CatalogueDecider.None, rollouts.Command("b"), dryRun: false, default);
        Assert.Equal("precondition-failed", blind.RefusalOrNull?.Code);
        var seen = await grain.ApplyAsync(
            content + " ", first.ContentHash, rollouts.Command("c"), dryRun: false, default);
        Assert.Equal(2, seen.Value().Sequence);
        Assert.Equal(content + " ", (await grain.GetAsync(default)).Value().Content);
    }

    [Fact]
    public async Task What_it_requires_is_planned_and_a_circle_of_requirements_is_refused()
    {
        await ApplyAsync($"{Manifests}\n---\n{Requiring("web", "checkout")}");
        var web = Request with { Service = ServiceName.From("web") };
        var plan = (await Planner.PlanAsync(web, default)).Value();
        Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));
        var wait = Assert.Single(plan.WaitsFor ?? []);
        Assert.Equal(("checkout", "1.9.0"), ($"{wait.Service}", $"{wait.AtLeast}"));
        Assert.False(wait.IsMet);

        var closing = Requiring("checkout", "web");
        var refused = await Planner.CheckRequirementsAsync([.. Read(closing).OfType<ServiceManifest>()], default);
        Assert.Equal(RefusalCodes.RequirementCycle, refused?.Code);
        Assert.Contains("checkout → web → checkout", refused?.Reason, StringComparison.Ordinal);

        // As if both had been applied at the same moment.
        await ApplyAsync(closing);
        Assert.Equal(
            RefusalCodes.RequirementCycle, (await Planner.PlanAsync(web, default)).RefusalOrNull?.Code);
    }

    private static string Requiring(string service, string other) => $$"""
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: {{service}}}
        spec: {owner: payments, dependsOn: [search, {service: {{other}}, atLeast: 1.9.0}]}
        """;

    private static IReadOnlyList<Manifest> Read(string yaml)
    {
        var reading = ManifestReader.Read(yaml, "test.yaml");
        Assert.True(reading.IsClean, string.Join("\n", reading.Problems));
        return reading.Manifests;
    }

    private async Task ApplyAsync(string yaml)
    {
        foreach (var manifest in Read(yaml))
        {
            var grain = _one.Server.Grains.GetGrain<IManifestGrain>($"{manifest.Kind}/{manifest.Name}");
            var command = Rollouts.Command($"{Guid.NewGuid()}");
            (await grain.ApplyAsync(Vocabulary.Write(manifest), null, command, dryRun: false, default)).Value();
        }
    }
}
