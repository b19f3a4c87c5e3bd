using System.Text;
using Npgsql;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Bells;

namespace OrleansRelease.Storage.Tests.Streams;

[Collection(PostgresCollection.Name)]
public sealed class WhenBellsAreReadOnPostgreSql(SharedPostgres postgres) : IAsyncLifetime
{
    private string _connection = "";
    private OpenStore _store = null!;

    public async Task InitializeAsync()
    {
        _connection = await postgres.Server.CreateDatabaseAsync();
        await Store.MigrateAsync(StorageOptions.PostgreSql(_connection), TimeProvider.System);
        _store = await OpenStore.StartAsync(StorageOptions.PostgreSql(_connection));
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task What_is_committed_is_read_at_once_and_what_is_committed_late_is_not_skipped()
    {
        var reading = new BellReading(_store);
        Assert.Empty(await reading.NewAsync());
        await using var slow = await BeginAsync();
        await using var never = await BeginAsync();
        await WriteAsync(slow, "slow");
        await WriteAsync(never, "never");
        for (var i = 0; i < 5; i++) await RingAsync($"fast-{i}");

        // A stranger's transaction holds nobody up, as long as it likes.
        Assert.Equal(5, (await reading.NewAsync()).Count);
        await RingAsync("faster");
        Assert.Equal(["faster"], (await reading.NewAsync()).Select(bell => bell.Key));

        await ExecuteAsync(slow, "COMMIT");
        await ExecuteAsync(never, "ROLLBACK");
        Assert.Equal(["slow"], (await reading.NewAsync()).Select(bell => bell.Key));
        await RingAsync("last");
        Assert.Equal(["last"], (await reading.NewAsync()).Select(bell => bell.Key));
    }

    [Fact]
    public async Task Beside_many_writers_and_a_long_transaction_each_is_read_exactly_once()
    {
        const int Writers = 16;
        const int Each = 60;
        await using var stranger = await BeginAsync();
        await ExecuteAsync(stranger, "SELECT pg_current_xact_id()");
        var reading = new BellReading(_store);
        var seen = new List<StoredBell>();

        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var row = new GrainRow(_store.Storage, $"writer-{writer}");
            for (var i = 0; i < Each; i++) await row.WriteAsync(rings: [new("slot", $"s{i % 7}.p", 0)]);
        }));
        while (!writing.IsCompleted) seen.AddRange(await reading.NewAsync());
        await writing;
        seen.AddRange(await reading.NewAsync());

        Assert.Equal(Writers * Each, seen.Select(bell => (bell.Key, bell.Sequence)).Distinct().Count());
        Assert.Equal(Writers * Each, seen.Count);
    }

    private async Task RingAsync(string key) =>
        await new GrainRow(_store.Storage, key).WriteAsync(rings: [new("slot", "a.p", 0)]);

    private async Task<NpgsqlConnection> BeginAsync()
    {
        var connection = new NpgsqlConnection(_connection + ";Pooling=False");
        await connection.OpenAsync();
        await ExecuteAsync(connection, "BEGIN");
        return connection;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, string key)
    {
        var rings = Vocabulary.Write(new[]
        {
            new { Kind = "slot", Key = "a.p", Previous = 0, Shard = Shards.Of("slot", "a.p") },
        });
        var header = $$"""{"at":1,"phase":"Pending","shard":1,"rings":{{rings}}}""";
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM orel_write('rollout', @key, NULL, @frame)";
        command.Parameters.AddWithValue("key", key);
        command.Parameters.AddWithValue("frame", Encoding.UTF8.GetBytes(header + "\n{}\n{}"));
        Assert.Equal(1, await command.ExecuteScalarAsync());
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
