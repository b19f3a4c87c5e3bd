using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Grains.Wakeups;

namespace OrleansRelease.Grains.Tests.Durability;

/// <summary>
/// Two servers on one database that do not know of each other: as when one is lost sight of and goes on. The first
/// one's keeper is asleep, so that nothing makes it read again but what is being tested.
/// </summary>
[Collection(ServersCollection.Name)]
public sealed class WhenTwoActivationsLive(Stores stores) : IAsyncLifetime
{
    private readonly World _world = new();
    private TestServer _old = null!;
    private TestServer _new = null!;

    public async Task InitializeAsync()
    {
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        _old = await TestServer.StartAsync(store, _world, more: services =>
            services.AddSingleton(new WakeOptions { Interval = TimeSpan.FromHours(1), Change = TimeSpan.Zero }));
        _new = await TestServer.StartAsync(store, _world);
    }

    public async Task DisposeAsync()
    {
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Fact]
    public async Task A_no_is_not_given_from_an_old_row()
    {
        var (first, second) = (await ApplyAsync(_old, "1", null), await ApplyAsync(_new, "2", null));

        var answer = await Manifest(_old).ApplyAsync("3", Hash(second), Command("3"), dryRun: false, default);

        Assert.NotEqual(Hash(first), Hash(second));
        Assert.Equal(3, answer.Value().Sequence);
    }

    [Fact]
    public async Task One_that_is_woken_for_a_newer_row_reads_it()
    {
        await Note(_old).WriteAsync("hello", "1", default);
        await Note(_new).WriteAsync("bye", "2", default);

        await Note(_old).WakeAsync(1, default);
        var asBefore = await Note(_old).ReadAsync(default);
        await Note(_old).WakeAsync(2, default);

        Assert.Equal("hello", asBefore);
        Assert.Equal("bye", await Note(_old).ReadAsync(default));
    }

    [Fact]
    public async Task What_the_other_one_has_begun_is_not_called_missing()
    {
        var id = new RolloutId(Harness.Rollouts.SlotOf(1), 1);
        var (there, here) = (new Harness.Rollouts(_new), new Harness.Rollouts(_old));
        var before = await here.Grain(id).AbortAsync(here.Command(), dryRun: false, default);
        Assert.Equal(id, await there.StartAsync(id.Slot, "1.0.0"));
        await there.UntilAsync(id, Phase.Succeeded);

        var after = await here.Grain(id).AbortAsync(here.Command("late"), dryRun: false, default);

        Assert.Equal(RefusalCodes.NotFound, before.RefusalOrNull?.Code);
        Assert.Equal(RefusalCodes.AlreadySucceeded, after.RefusalOrNull?.Code);
    }

    private static IManifestGrain Manifest(TestServer server) =>
        server.Grains.GetGrain<IManifestGrain>($"{ManifestKey.From("Service/checkout")}");

    private static INoteGrain Note(TestServer server) => server.Grains.GetGrain<INoteGrain>("a");

    private static Command Command(string id) => new(CommandId.From(id), ActorName.From("tester"));

    private static string Hash(AppliedManifest applied) => applied.ContentHash;

    private static async Task<AppliedManifest> ApplyAsync(TestServer server, string content, string? ifMatch) =>
        (await Manifest(server).ApplyAsync(content, ifMatch, Command(content), dryRun: false, default)).Value();
}
