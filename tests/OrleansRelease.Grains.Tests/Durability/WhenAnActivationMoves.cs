using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;
using Orleans.Runtime.Placement;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Durability;

/// <summary>As when a server stops, or another one has less to do.</summary>
[Collection(ServersCollection.Name)]
public sealed class WhenAnActivationMoves(Stores stores)
{
    [Fact]
    public async Task It_is_as_it_was_where_it_goes_on_and_no_error_is_logged()
    {
        var (world, log) = (new World(), new KeptLog());
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        await using var first = await TestServer.StartAsync(store, world, more: Logging);
        await using var second = await TestServer.StartAsync(store, world, more: Logging, beside: first);
        var note = first.Grains.GetGrain<INoteGrain>("moved");
        await note.WriteAsync("hello", "1", default);
        var from = await WhereAsync(first, note);
        var to = new[] { first, second }.Select(AddressOf).Single(address => !address.Equals(from));

        RequestContext.Set(IPlacementDirector.PlacementHintKey, to);
        await note.Cast<IGrainManagementExtension>().MigrateOnIdle();
        RequestContext.Clear();

        await Eventually.IsAsync("it is on the other server", async () => Equals(await WhereAsync(first, note), to));
        Assert.Equal("hello", await note.ReadAsync(default));
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));

        void Logging(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(log)
            .Configure<LoggerFilterOptions>(options => options.MinLevel = LogLevel.Warning);
    }

    private static SiloAddress AddressOf(TestServer server) => server.Get<ILocalSiloDetails>().SiloAddress;

    private static async Task<SiloAddress?> WhereAsync(TestServer server, INoteGrain note)
    {
        await note.ReadAsync(default);
        return await server.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(note);
    }
}
