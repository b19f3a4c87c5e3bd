using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Bells;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests.Streams;

/// <summary>Somebody else's lock makes the moment last in which two delete at once.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WhenBellsAreDeletedOnPostgreSql(SharedPostgres postgres) : IAsyncLifetime
{
    private NpgsqlDataSource _outside = null!;
    private OpenStore _store = null!;

    private StoredBells Stored => new(_store.Get<Database>());

    public async Task InitializeAsync()
    {
        var options = StorageOptions.PostgreSql(await postgres.Server.CreateDatabaseAsync());
        await Store.MigrateAsync(options, TimeProvider.System);
        _store = await OpenStore.StartAsync(options);
        _outside = NpgsqlDataSource.Create(options.ConnectionString!);
    }

    public async Task DisposeAsync()
    {
        await _outside.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task What_is_heard_while_a_queue_deletes_is_deleted_after_it_whatever_becomes_of_that(bool fails) =>
        OnOneThreadAsync(async () =>
        {
            await RingAsync(6);
            var queue = new BellQueue(
                Queues.Of("slot", "a.p"), Stored, _store.Clock, TimeProvider.System, NullLogger<BellQueue>.Instance);
            var bells = await queue.ReadAsync(default);
            Assert.Equal(6, bells.Count);
            var others = await BlockAsync("LOCK TABLE bell IN EXCLUSIVE MODE");
            using var cut = new CancellationTokenSource();

            foreach (var bell in bells.Take(3)) queue.Heard(bell);
            var first = queue.FlushAsync(cut.Token);
            foreach (var bell in bells.Skip(3)) queue.Heard(bell);
            var second = queue.FlushAsync(default);
            await WaitingAsync(1);
            if (fails)
            {
                await cut.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            }

            await others.DisposeAsync();
            await second;
            if (!fails) await first;
            Assert.Equal(0, await CountAsync("SELECT count(*) FROM bell"));
        });

    [Fact]
    public async Task Two_servers_that_delete_some_of_the_same_in_whatever_order_both_come_to_an_end()
    {
        await RingAsync(4);
        await using var database = new PostgreSql(ByKey(_store.Get<Database>().ConnectionString), TimeProvider.System);
        var stored = new StoredBells(database);
        var middle = await BlockAsync("SELECT 1 FROM bell WHERE position = 2 FOR UPDATE");

        var one = stored.RemoveAsync([new(1, 1), new(2, 1), new(3, 1)], default);
        await WaitingAsync(1);
        var two = stored.RemoveAsync([new(3, 1), new(2, 1), new(1, 1)], default);
        await WaitingAsync(2);
        await middle.DisposeAsync();

        await Task.WhenAll(one, two);
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM bell"));
    }

    // As among very many bells: each is found by its key, in the order in which they are named.
    private static string ByKey(string connection) => new NpgsqlConnectionStringBuilder(connection)
    {
        Options = "-c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off",
    }.ConnectionString;

    // As a queue is used: what goes on after an answer does so in its turn.
    private static Task OnOneThreadAsync(Func<Task> act) => Task.Factory.StartNew(
        act, default, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();

    private Task RingAsync(int count) => ExecuteAsync(
        $"""
        INSERT INTO bell (position, ring, shard, stream_kind, stream_key, kind, key, seq, prev, at)
        SELECT n, 1, {Shards.Of("slot", "a.p")}, 'slot', 'a.p', 'slot', 'b.p', n, n - 1, 0
        FROM generate_series(1, {count}) AS n
        """);

    /// <summary>Holds a lock until it is disposed.</summary>
    private async Task<NpgsqlConnection> BlockAsync(string sql)
    {
        var connection = new NpgsqlConnection(_store.Get<Database>().ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"BEGIN; {sql}";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private Task WaitingAsync(int count) => Eventually.IsAsync(
        $"{count} of them wait for a lock",
        async () => await CountAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            >= count);

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _outside.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _outside.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
