using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract class EmbeddedStore : StoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-store-").FullName;

    protected abstract StorageWriter Writer { get; }

    protected override Task<StorageOptions> CreateAsync() =>
        Task.FromResult(StorageOptions.Embedded(_folder) with { Writer = Writer });

    protected override Task DestroyAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_folder, "store.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    protected override async Task<IAsyncDisposable> BlockAsync()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "store.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}

public sealed class SqliteByGroupCommit : EmbeddedStore
{
    protected override StorageWriter Writer => StorageWriter.GroupCommit;
}

public sealed class SqliteByAdoNet : EmbeddedStore
{
    protected override StorageWriter Writer => StorageWriter.AdoNet;
}

public abstract class PostgreSqlStore(SharedPostgres postgres) : StoreContract
{
    private string _connection = "";

    protected abstract StorageWriter Writer { get; }

    protected override async Task<StorageOptions> CreateAsync() =>
        StorageOptions.PostgreSql(_connection = await postgres.Server.CreateDatabaseAsync()) with { Writer = Writer };

    protected override Task DestroyAsync() => Task.CompletedTask;

    protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    protected override async Task<IAsyncDisposable> BlockAsync()
    {
        var connection = new NpgsqlConnection(_connection + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN; LOCK TABLE row IN EXCLUSIVE MODE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}

[Collection(PostgresCollection.Name)]
public sealed class PostgreSqlByGroupCommit(SharedPostgres postgres) : PostgreSqlStore(postgres)
{
    protected override StorageWriter Writer => StorageWriter.GroupCommit;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgreSqlByAdoNet(SharedPostgres postgres) : PostgreSqlStore(postgres)
{
    protected override StorageWriter Writer => StorageWriter.AdoNet;
}
