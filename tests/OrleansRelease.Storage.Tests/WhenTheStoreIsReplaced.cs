using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Clock;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Exchanges;
using OrleansRelease.Storage.Formats;

namespace OrleansRelease.Storage.Tests;

/// <summary>A backup is put in the place of a store while a server runs on it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WhenTheStoreIsReplaced(SharedPostgres postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-replaced-").FullName;
    private readonly RecordedLog<StoreExchange> _log = new();
    private readonly Life _life = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_server_that_connects_to_another_database_writes_nothing_there_and_stops()
    {
        var connection = await postgres.Server.CreateDatabaseAsync();
        var options = StorageOptions.PostgreSql(connection);
        await Store.MigrateAsync(options, TimeProvider.System);
        var name = new NpgsqlConnectionStringBuilder(connection).Database!;
        await ExecuteAsync(connection, $"CREATE DATABASE {name}_backup TEMPLATE {name}");
        await using var store = await OpenStore.StartAsync(options);
        using var exchange = Exchange(store);
        await exchange.StartAsync(default);
        await new GrainRow(store.Storage, "before").WriteAsync();

        await ExecuteAsync(connection, $"DROP DATABASE {name} WITH (FORCE)");
        await ExecuteAsync(connection, $"ALTER DATABASE {name}_backup RENAME TO {name}");

        // The connections that it had are broken, and it is told so; then it would be on the other one.
        await Eventually.IsAsync("it refuses to write", () => RefusesAsync(store));
        await SaysSoAsync(store);
        await using var other = NpgsqlDataSource.Create(connection);
        await using var count = other.CreateCommand("SELECT count(*) FROM row");
        Assert.Equal(0L, await count.ExecuteScalarAsync());
        await exchange.StopAsync(default);
    }

    [Theory]
    [InlineData(true, StorageWriter.GroupCommit)]
    [InlineData(true, StorageWriter.AdoNet)]
    [InlineData(false, StorageWriter.GroupCommit)]
    public async Task A_server_hears_that_its_store_is_another_one_by_now_and_stops(bool declared, StorageWriter writer)
    {
        await using var store = await OpenStore.StartAsync(
            StorageOptions.Embedded(_folder) with { Writer = writer });
        using var exchange = Exchange(store);
        await exchange.StartAsync(default);
        await exchange.ExchangeAsync(default);
        await new GrainRow(store.Storage, "before").WriteAsync();

        if (declared) Execute("UPDATE store SET epoch = epoch + 1");
        else PutBack();
        await exchange.ExchangeAsync(default);

        Assert.True(await RefusesAsync(store));
        await SaysSoAsync(store);
        await exchange.StopAsync(default);
    }

    private async Task SaysSoAsync(OpenStore store)
    {
        Assert.True(store.Get<IOpenedStore>().Replaced.IsCancellationRequested);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Rows.GetAsync("rollout", "before", default));
        await Eventually.IsAsync("the process is told to stop", () => _life.Stops);
        var said = Assert.Single(_log.Lines, line => line.Level == LogLevel.Critical).Message;
        Assert.Contains("start them again", said, StringComparison.Ordinal);
    }

    private static async Task<bool> RefusesAsync(OpenStore store)
    {
        try
        {
            await new GrainRow(store.Storage, "after").WriteAsync();
            throw new InvalidOperationException("it was written");
        }
        catch (StoreUnavailableException)
        {
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private StoreExchange Exchange(OpenStore store) => new(
        store.Get<Database>(), store.Get<StoreClock>(), store.Get<StoreFormat>(), _life, TimeProvider.System, _log);

    private void PutBack()
    {
        var file = Path.Combine(_folder, "store.db");
        File.Copy(file, file + ".backup");
        File.Delete(file);
        File.Copy(file + ".backup", file);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "store.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var other = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connection) { Database = "postgres", Pooling = false }.ConnectionString);
        await other.OpenAsync();
        await using var command = other.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
