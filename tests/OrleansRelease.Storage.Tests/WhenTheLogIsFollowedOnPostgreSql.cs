using System.Globalization;
using System.Text;
using Npgsql;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests;

[Collection(PostgresCollection.Name)]
public sealed class WhenTheLogIsFollowedOnPostgreSql(SharedPostgres postgres) : IAsyncLifetime
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
    public async Task A_transition_that_is_committed_late_is_not_skipped()
    {
        await new GrainRow(_store.Storage, "early").WriteAsync();
        await using var slow = await BeginAsync();
        await WriteAsync(slow, "slow");
        for (var i = 0; i < 20; i++) await new GrainRow(_store.Storage, $"fast-{i}").WriteAsync();

        // The fast ones are committed, but to show them now would be to pass the slow one for good.
        var seen = (await _store.Log.TailAsync(0, 100, default)).ToList();
        Assert.Equal(["early"], seen.Select(entry => entry.Key));
        Assert.Equal(seen[0].Position, await _store.Log.HeadAsync(default));

        await ExecuteAsync(slow, "COMMIT");
        seen.AddRange(await _store.Log.TailAsync(seen[^1].Position, 100, default));
        Assert.Equal(22, seen.Select(entry => entry.Key).Distinct().Count());
        Assert.Equal(22, seen.Count);
        Assert.Contains("slow", seen.Select(entry => entry.Key));
    }

    [Fact]
    public async Task Those_that_commit_in_another_order_than_they_began_are_all_followed()
    {
        var open = new List<NpgsqlConnection>();
        for (var i = 0; i < 6; i++)
        {
            open.Add(await BeginAsync());
            await ExecuteAsync(open[i], "SELECT pg_current_xact_id()");
        }

        int[] writes = [3, 1, 5, 0, 4, 2];
        foreach (var i in writes) await WriteAsync(open[i], $"t{i}");

        int[] commits = [5, 0, 3, 4, 1, 2];
        var seen = new List<LogEntry>();
        foreach (var i in commits)
        {
            await ExecuteAsync(open[i], "COMMIT");
            await open[i].DisposeAsync();
            seen.AddRange(await _store.Log.TailAsync(seen.Count == 0 ? 0 : seen[^1].Position, 100, default));
        }

        Assert.Equal(["t0", "t1", "t2", "t3", "t4", "t5"], seen.Select(entry => entry.Key).Order());
        Assert.Equal(6, seen.Count);
    }

    [Fact]
    public async Task One_that_is_taken_back_holds_nothing_up()
    {
        await using (var slow = await BeginAsync())
        {
            await WriteAsync(slow, "never");
            await new GrainRow(_store.Storage, "after").WriteAsync();
            Assert.Empty(await _store.Log.TailAsync(0, 100, default));
        }

        await Eventually.IsAsync(
            "the transaction of the closed connection ended",
            async () => (await _store.Log.TailAsync(0, 100, default)).Count > 0);
        Assert.Equal(["after"], (await _store.Log.TailAsync(0, 100, default)).Select(entry => entry.Key));
    }

    [Fact]
    public async Task Positions_go_on_above_those_that_came_with_a_restored_database()
    {
        await new GrainRow(_store.Storage, "old").WriteAsync();
        await using (var connection = await BeginAsync())
        {
            // As if another server had counted further.
            await ExecuteAsync(connection, "UPDATE log SET position = position + (1::bigint << 40); COMMIT");
        }

        await using var restored = await OpenStore.StartAsync(StorageOptions.PostgreSql(_connection));
        await new GrainRow(restored.Storage, "new").WriteAsync();
        await new GrainRow(restored.Storage, "newer").WriteAsync();

        var tail = await restored.Log.TailAsync(0, 100, default);
        Assert.Equal(["old", "new", "newer"], tail.Select(entry => entry.Key));
    }

    private async Task<NpgsqlConnection> BeginAsync()
    {
        var connection = new NpgsqlConnection(_connection + ";Pooling=False");
        await connection.OpenAsync();
        await ExecuteAsync(connection, "BEGIN");
        return connection;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, string key)
    {
        var header = string.Create(
            CultureInfo.InvariantCulture, $$"""{"at":1,"phase":"Pending","shard":{{Shards.Of("rollout", key)}}}""");
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
