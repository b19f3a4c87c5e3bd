using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Planning;

[Collection(ReleasesCollection.Name)]
public sealed class WhenAReleaseIsPlanned(Stores stores) : IAsyncLifetime
{
    private const string Manifests = """
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: production}
        spec:
          connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}
          defaults: {strategy: all-at-once}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: catalog}
        spec: {owner: shop}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: cart}
        spec: {owner: shop, dependsOn: [catalog]}
        ---
        apiVersion: orleansrelease/v1
        kind: Release
        metadata: {name: shop-2026.11.3}
        spec: {services: {catalog: 2.4.0, cart: 1.9.1}}
        """;

    private static readonly ReleaseName Shop = ReleaseName.From("shop-2026.11.3");

    private static readonly EnvironmentName Production = EnvironmentName.From("production");

    private readonly OneServer _one = new(stores);

    private IPlannerGrain Planner => _one.Server.Grains.GetGrain<IPlannerGrain>(0);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task Plan_passage_and_simulation_go_by_the_catalogue_the_slots_and_the_record()
    {
        Assert.Equal(
            RefusalCodes.NotFound, (await Planner.PlanReleaseAsync(Shop, Production, default)).RefusalOrNull?.Code);
        await ApplyAsync(Manifests);
        var rollouts = new Harness.Rollouts(_one.Server);
        var slot = SlotKey.From("catalog.production");
        await rollouts.UntilAsync(await rollouts.StartAsync(slot, "2.3.9"), Phase.Succeeded);
        await Eventually.IsAsync(
            "it is stable", () => rollouts.SlotStateAsync(slot), seen => seen.Stable is not null);

        var plan = (await Planner.PlanReleaseAsync(Shop, Production, default)).Value();
        Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));
        Assert.Equal(
            ["1 catalog 2.3.9", "2 cart "], plan.Moves.Select(move => $"{move.Wave} {move.Service} {move.From}"));

        var resolved = (await Planner.ResolvePassageAsync(Shop, Production, default)).Value();
        Assert.Equal(plan.SpecHash, resolved.SpecHash);
        var specs = _one.Server.Get<ISpecs>();
        Assert.Equal(Vocabulary.Write(resolved.Spec), await specs.GetAsync(resolved.SpecHash, default));
        foreach (var entry in resolved.Spec.Services)
        {
            var rollout = Vocabulary.Read<RolloutSpec>((await specs.GetAsync(entry.SpecHash, default))!);
            Assert.Equal((entry.Service, entry.Version), (rollout.Service, rollout.Version));
        }

        var ground = (await Planner.SimulationAsync(new(Shop, Production, []), default)).Value();
        Assert.Equal(["2.3.9"], ground.Slots.Select(one => one.Baseline).OfType<VersionName>().Select(one => $"{one}"));
        Assert.Contains(ground.Known, one => (one.Step, one.Samples) == ("deploy", 1));
        Assert.All(ground.Known, one => Assert.Equal("catalog", $"{one.Service}"));
        var simulation = ReleaseSimulation.Of(ground, null, tried: 0, () => false);
        Assert.Equal(6, simulation.Failures!.Value.Length);
    }

    [Fact]
    public async Task What_keeps_a_release_from_starting_is_noted_when_it_is_applied_and_refused_all_at_once()
    {
        const string release = """
            apiVersion: orleansrelease/v1
            kind: Release
            metadata: {name: hotfix}
            spec: {services: {catalog: 2.4.0, news: 1.0.0, ads: 1.0.0}, environments: [production, staging]}
            """;
        var manifests = Read(Manifests + "\n---\n" + release);
        var hotfix = manifests.OfType<ReleaseManifest>().Single(one => one.Name == "hotfix");

        var notes = await Planner.NotesOnAsync(hotfix, [.. manifests], default);
        Assert.Equal(
            "there is no Service ads yet, there is no Service news yet, there is no Environment staging yet",
            string.Join(", ", notes));

        await ApplyAsync(Manifests + "\n---\n" + release);
        var refused = await Planner.ResolvePassageAsync(ReleaseName.From("hotfix"), Production, default);
        Assert.Equal(RefusalCodes.NotFound, refused.RefusalOrNull?.Code);
        Assert.Equal("there is no Service ads; there is no Service news", refused.RefusalOrNull?.Reason);
    }

    [Theory]
    [InlineData('a', null)]
    [InlineData('b', RefusalCodes.OtherDigest)]
    public async Task A_version_that_is_there_already_is_what_it_brings_only_as_the_same_artifact(
        char there, string? refused)
    {
        await ApplyAsync(
            Manifests.Replace("catalog: 2.4.0,", $"catalog: '2.4.0@{Digest('a')}',", StringComparison.Ordinal));
        var (slot, rollouts) = (SlotKey.From("catalog.production"), new Harness.Rollouts(_one.Server));
        var spec = rollouts.Spec(slot, VersionName.From("2.4.0")) with { Digest = Digest(there) };
        var hash = await _one.Server.Get<ISpecs>().PutAsync(Vocabulary.Write(spec), default);
        var begun = (await rollouts.Slot(slot).StartAsync(
            new StartOrder(slot, spec.Version, hash, WhenBusy.Queue, "first"), rollouts.Command("first"),
            dryRun: false, default)).Value();
        await rollouts.UntilAsync(begun.RolloutId, Phase.Succeeded);
        await Eventually.IsAsync(
            "it is stable", () => rollouts.SlotStateAsync(slot), seen => seen.Stable is not null);

        var plan = (await Planner.PlanReleaseAsync(Shop, Production, default)).Value();

        Assert.Equal(refused, plan.Refusals.SingleOrDefault()?.Code);
        Assert.Equal(
            refused, (await Planner.ResolvePassageAsync(Shop, Production, default)).RefusalOrNull?.Code);

        static string Digest(char digit) => $"sha256:{new string(digit, 64)}";
    }

    [Fact]
    public async Task A_slot_that_cannot_be_read_is_not_taken_for_an_empty_one()
    {
        await ApplyAsync(Manifests);
        await _one.PlantAsync(Kinds.Slot, "catalog.production", """{"schema":1,"sequence":1,"outbox":"not a list"}""");
        var catalog = new StartRequest(ServiceName.From("catalog"), Production, VersionName.From("2.4.0"));

        foreach (var refusal in new[]
        {
            (await Planner.PlanReleaseAsync(Shop, Production, default)).RefusalOrNull,
            (await Planner.ResolvePassageAsync(Shop, Production, default)).RefusalOrNull,
            (await Planner.SimulationAsync(new(Shop, Production, []), default)).RefusalOrNull,
            (await Planner.PlanAsync(catalog, default)).RefusalOrNull,
        })
        {
            Assert.Equal(RefusalCodes.Poisoned, refusal?.Code);
            Assert.Contains("catalog.production", refusal?.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_release_keeps_its_content()
    {
        await ApplyAsync(Manifests);
        await ApplyAsync(Manifests);

        var other = Read(Manifests.Replace("2.4.0", "2.4.1", StringComparison.Ordinal))
            .OfType<ReleaseManifest>().Single();

        Assert.Equal(RefusalCodes.Immutable, (await TryAsync(other)).RefusalOrNull?.Code);
        Assert.Contains(RefusalCodes.Immutable, await SimulatedAsync(other));
        Assert.Empty(await SimulatedAsync(Read(Manifests).OfType<ReleaseManifest>().Single()));
        var grain = _one.Server.Grains.GetGrain<IManifestGrain>("Release/shop-2026.11.3");
        Assert.Contains("2.4.0", (await grain.GetAsync(default)).Value().Content, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string>> SimulatedAsync(ReleaseManifest given) =>
        (await Planner.SimulationAsync(new(Shop, Production, [given]), default)).Value()
            .Refusals.Select(refusal => refusal.Code);

    private static IReadOnlyList<Manifest> Read(string yaml)
    {
        var reading = ManifestReader.Read(yaml, "test.yaml");
        Assert.True(reading.IsClean, string.Join("\n", reading.Problems));
        return reading.Manifests;
    }

    private async Task ApplyAsync(string yaml)
    {
        foreach (var manifest in Read(yaml)) (await TryAsync(manifest)).Value();
    }

    private Task<Answer<AppliedManifest>> TryAsync(Manifest manifest) => _one.Server.Grains
        .GetGrain<IManifestGrain>($"{manifest.Kind}/{manifest.Name}")
        .ApplyAsync(
            Vocabulary.Write(manifest), null, new Harness.Rollouts(_one.Server).Command($"{Guid.NewGuid()}"),
            dryRun: false, default);
}
