using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Environments;
using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;
using OrleansRelease.Storage.Formats;

namespace OrleansRelease.Grains.Tests.Durability;

/// <summary>A store that the build before has made, whose servers may still be on it.</summary>
[Collection(ServersCollection.Name)]
public sealed class WhenAStoreIsNotFinalized(Stores stores)
{
    private int _commands;

    [Fact]
    public async Task What_they_would_not_abide_by_is_refused_and_accepted_at_once_when_it_is()
    {
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        await using (await OpenStore.StartAsync(store with { Formats = new KnownFormats(1, 1) }))
        {
            // It has made the store.
        }

        await using var server = await TestServer.StartAsync(store, new World());
        Assert.Equal(
            "finalize first: a freeze needs format 2, and the store is written in format 1 as long as servers of the "
            + "build before may be there, which would not abide by it",
            Refused(await FreezeAsync(server)).Reason);
        Refused(await FreezeAsync(server, dryRun: true));
        Refused(await ApplyAsync(server, "[{service: cart, atLeast: 1.9.0}]"));
        Refused(await StartAsync(
            server, "3.0.0", new Requirement(ServiceName.From("cart"), VersionName.From("1.9.0"))));
        (await ThawAsync(server)).Value();
        (await ApplyAsync(server, "[cart]")).Value();
        (await StartAsync(server, "1.0.0")).Value();

        Assert.Equal(new Finalized(1, 2), Store.FinalizeFormat(store, TimeProvider.System));

        (await FreezeAsync(server)).Value();
        (await ApplyAsync(server, "[{service: cart, atLeast: 1.9.0}]")).Value();
    }

    [Fact]
    public async Task Permits_are_decided_on_one_by_one_as_they_could_read_it()
    {
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        await using (await OpenStore.StartAsync(store with { Formats = new KnownFormats(1, 1) }))
        {
            // It has made the store.
        }

        await using var server = await TestServer.StartAsync(store, new World());
        var environment = server.Grains.GetGrain<IEnvironmentGrain>("tight");
        await Task.WhenAll(Enumerable.Range(1, 20).Select(n =>
            environment.RequestPermitAsync(new RolloutId(SlotKey.From($"service-{n}.tight"), 1), 1, default)));

        var log = await server.Get<ILog>().ReadAsync(Kinds.Environment, "tight", 0, 100, default);
        Assert.True(log.Count >= 20, $"{log.Count} transitions");
        Assert.DoesNotContain(log, entry => entry.Transition.Contains("several", StringComparison.Ordinal));
    }

    private Command Command() =>
        new(CommandId.From($"command-{++_commands}"), ActorName.From("tester"), "incident 4711");

    private Task<Answer<Core.Freezes.FreezeAnswer>> FreezeAsync(TestServer server, bool dryRun = false) =>
        Freezer(server).FreezeAsync(TimeSpan.FromHours(1), Command(), dryRun, default);

    private Task<Answer<Core.Freezes.FreezeAnswer>> ThawAsync(TestServer server) =>
        Freezer(server).ThawAsync(Command(), dryRun: false, default);

    private static IFreezeGrain Freezer(TestServer server) => server.Grains.GetGrain<IFreezeGrain>("production");

    private async Task<Answer<AppliedManifest>> ApplyAsync(TestServer server, string dependsOn)
    {
        var read = ManifestReader.Read(
            "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: checkout}\n"
            + $"spec: {{owner: shop, dependsOn: {dependsOn}}}\n",
            "checkout.yaml");
        return await server.Grains.GetGrain<IManifestGrain>("Service/checkout")
            .ApplyAsync(Vocabulary.Write(Assert.Single(read.Manifests)), null, Command(), dryRun: false, default);
    }

    private static Task<Answer<Core.Slots.StartAnswer>> StartAsync(
        TestServer server, string version, params Requirement[] requires)
    {
        var rollouts = new Harness.Rollouts(server) { Requires = requires.Length == 0 ? null : [.. requires] };
        return rollouts.TryStartAsync(SlotKey.From("checkout.lab"), version);
    }

    private static Refusal Refused<T>(Answer<T> answer)
    {
        Assert.Equal(RefusalCodes.FinalizeFirst, answer.RefusalOrNull?.Code);
        return answer.RefusalOrNull!;
    }
}
