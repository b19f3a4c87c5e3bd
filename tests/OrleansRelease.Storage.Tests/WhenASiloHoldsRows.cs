using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests;

public interface IRememberingGrain : IGrainWithStringKey
{
    Task<long> RememberAsync(string what);

    Task<string> RecallAsync();
}

[GrainType("remembering")]
internal sealed class RememberingGrain([PersistentState("memory", StorageNames.Rows)] IPersistentState<RowRecord> row)
    : Grain, IRememberingGrain
{
    public async Task<long> RememberAsync(string what)
    {
        var sequence = (row.State.Columns?.Sequence ?? 0) + 1;
        var transition = $$"""{"sequence":{{sequence}},"previous":"{{Head}}"}""";
        row.State = new RowRecord
        {
            Columns = new RowColumns(
                "memory", this.GetPrimaryKeyString(), sequence, GrainRow.Start, "Pending", null, null, null, null,
                null),
            Payload = $$"""{"sequence":{{sequence}},"head":"{{TransitionHash.Of(transition)}}","what":"{{what}}"}""",
            Transition = transition,
        };
        await row.WriteStateAsync();
        return sequence;
    }

    public Task<string> RecallAsync() => Task.FromResult(row.State.Payload);

    private string Head => row.State.Payload.Length == 0
        ? ""
        : System.Text.Json.JsonDocument.Parse(row.State.Payload).RootElement.GetProperty("head").GetString() ?? "";
}

[Collection(PostgresCollection.Name)]
public sealed class WhenASiloHoldsRows(SharedPostgres postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-silo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(StorageWriter.GroupCommit)]
    [InlineData(StorageWriter.AdoNet)]
    public Task A_grain_finds_its_row_after_a_restart_on_the_embedded_store(StorageWriter writer) =>
        RestartAsync(StorageOptions.Embedded(_folder) with { Writer = writer });

    [Fact]
    public async Task A_grain_finds_its_row_after_a_restart_on_postgresql() => await RestartAsync(
        StorageOptions.PostgreSql(await postgres.Server.CreateDatabaseAsync()) with { MigrateOnStart = true });

    [Fact]
    public async Task A_silo_without_its_schema_does_not_start_and_says_what_to_do()
    {
        var options = StorageOptions.PostgreSql(await postgres.Server.CreateDatabaseAsync());
        using var host = Build(options);

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.Contains("run migrate first", refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task RestartAsync(StorageOptions options)
    {
        using (var host = Build(options))
        {
            await host.StartAsync();
            var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRememberingGrain>("cafe");
            Assert.Equal(1, await grain.RememberAsync("first"));
            Assert.Equal(2, await grain.RememberAsync("second"));
            await host.StopAsync();
        }

        using (var host = Build(options))
        {
            await host.StartAsync();
            var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRememberingGrain>("cafe");
            Assert.Contains("second", await grain.RecallAsync(), StringComparison.Ordinal);
            Assert.Equal(3, await grain.RememberAsync("third"));
            Assert.Equal(3, (await host.Services.GetRequiredService<ILog>().TailAsync(0, 10, default)).Count);
            await host.StopAsync();
        }

        Assert.Empty((await Store.CheckAsync(options, default)).Problems);
    }

    private static IHost Build(StorageOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort.Find(), FreePort.Find())
            .AddReleaseStorage(options));
        return builder.Build();
    }
}
