using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>
/// Starts and follows releases of quick canaries: what they are carried out by is put into the store directly, or
/// resolved from manifests.
/// </summary>
internal sealed class Releases(TestServer server, string environment)
{
    private static readonly ActorName Actor = ActorName.From("tester");

    private static int _commands;

    public Rollouts Rollouts { get; init; } = new(server) { IsGradual = false };

    public OnFailure OnFailure { get; init; } = OnFailure.RollbackRelease;

    public Stabilise? Stabilise { get; init; }

    public WhenBusy WhenBusy { get; init; } = WhenBusy.Queue;

    /// <summary>What has to be stable before it starts; it waits for that.</summary>
    public ImmutableArray<Requirement> Requires { get; init; } = [];

    public EnvironmentName Environment { get; } = EnvironmentName.From(environment);

    public static Command Command() => new(
        CommandId.From(string.Create(CultureInfo.InvariantCulture, $"release-{Interlocked.Increment(ref _commands)}")),
        Actor);

    public SlotKey SlotOf(string service) => new(ServiceName.From(service), Environment);

    public IReleaseGrain Release(string name) => server.Grains.GetGrain<IReleaseGrain>(name);

    public IPassageGrain Passage(PassageId id) => server.Grains.GetGrain<IPassageGrain>($"{id}");

    /// <param name="name">The name of the release.</param>
    /// <param name="services">As "catalog 1.0; cart 1.0: catalog".</param>
    public async Task<PassageId> StartAsync(string name, string services)
    {
        var release = ReleaseName.From(name);
        var entries = await Task.WhenAll(services.Split("; ").Select(EntryAsync));
        var spec = new PassageSpec(
            release, Environment, [.. entries.OrderBy(entry => $"{entry.Service}", StringComparer.Ordinal)],
            [.. Requires.Select(one => new PassageRequirement(one, Otherwise.Wait))], 100, OnFailure, null, WhenBusy,
            Stabilise);
        var hash = await server.Get<ISpecs>().PutAsync(Vocabulary.Write(spec), default);
        var started = (await Release(name).StartAsync(
            new ReleaseInput.Start(
                new ReleaseRoute(release, [new RouteEnvironment(Environment, [])]), Environment, null,
                [new PassageSpecHash(Environment, hash)], Actor),
            Command(), dryRun: false, default)).Value();
        return Assert.Single(started.Passages);
    }

    public Task<PassageState> UntilAsync(PassageId id, params PassagePhase[] phases) => Eventually.IsAsync(
        $"{id} is {string.Join(" or ", phases)}",
        async () => (await ViewAsync(id))?.State!,
        seen => seen is not null && phases.Contains(seen.Phase));

    public async Task<PassageView?> ViewAsync(PassageId id)
    {
        try
        {
            return (await Passage(id).GetAsync(default) as Answer<PassageView>.Accepted)?.Value;
        }
        catch (OrleansException)
        {
            return null;
        }
    }

    public Task UntilAsync(string release, ReleasePhase phase) => Eventually.IsAsync(
        $"{release} is {phase}",
        async () => (await Release(release).GetAsync(default) as Answer<ReleaseView>.Accepted)?.Value.State,
        seen => seen?.Phase == phase);

    /// <summary>What is on record of a slot that nobody had yet cannot be read.</summary>
    public Task DamageSlotAsync(string service)
    {
        var slot = SlotOf(service);
        return server.Rows.WriteStateAsync(
            Kinds.Slot, GrainId.Create(Kinds.Slot, $"{slot}"),
            new GrainState<RowRecord>(new RowRecord
            {
                Columns = new RowColumns(
                    Kinds.Slot, $"{slot}", 1, server.Get<IStoreClock>().Now, "Free", slot.Service, Environment, null,
                    null, null),
                Payload = "not JSON",
                Transition = """{"previous":""}""",
            }));
    }

    public async Task ApplyAsync(string yaml)
    {
        var reading = ManifestReader.Read(yaml, "test.yaml");
        Assert.True(reading.IsClean, string.Join("\n", reading.Problems));
        foreach (var manifest in reading.Manifests)
        {
            var grain = server.Grains.GetGrain<IManifestGrain>($"{manifest.Kind}/{manifest.Name}");
            (await grain.ApplyAsync(Vocabulary.Write(manifest), null, Command(), dryRun: false, default)).Value();
        }
    }

    private async Task<PassageEntry> EntryAsync(string text)
    {
        var parts = text.Split([' ', ':', ','], StringSplitOptions.RemoveEmptyEntries);
        var (slot, version) = (SlotOf(parts[0]), VersionName.From(parts[1]));
        var spec = Rollouts.Spec(slot, version);
        return new PassageEntry(
            slot.Service, version, await server.Get<ISpecs>().PutAsync(Vocabulary.Write(spec), default),
            [.. parts[2..].Select(need => ServiceName.From(need))], ReleaseBound.LimitsOf(spec), spec.KeepPrevious);
    }
}
