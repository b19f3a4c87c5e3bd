using Microsoft.Extensions.Time.Testing;
using Npgsql;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests;

/// <summary>The two lanes, held by a lock on the table until the others have queued up.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WhenManyWriteAtOnceOnPostgreSql(SharedPostgres postgres) : IAsyncLifetime
{
    private const int Rows = 100;

    private string _connection = "";
    private PostgreSql _database = null!;

    public async Task InitializeAsync()
    {
        _connection = await postgres.Server.CreateDatabaseAsync();
        await Store.MigrateAsync(StorageOptions.PostgreSql(_connection), TimeProvider.System);
        _database = new PostgreSql(_connection, TimeProvider.System);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Those_that_queue_up_share_few_commits()
    {
        var writes = await HeldAsync(() => Enumerable.Range(1, Rows).Select(i => WriteAsync($"row-{i}")).ToArray());

        Assert.All(await Task.WhenAll(writes), sequence => Assert.Equal(1, sequence));
        // One for each lane that was held, and what they found after it.
        Assert.InRange(_database.Writer.Commits, 1, 4);
        Assert.Equal(Rows, await CountAsync("SELECT count(DISTINCT position) FROM log"));
    }

    [Fact]
    public async Task One_commit_takes_no_more_than_it_may()
    {
        const int Many = 600;
        var writes = await HeldAsync(() => Enumerable.Range(1, Many).Select(i => WriteAsync($"row-{i}")).ToArray());

        Assert.All(await Task.WhenAll(writes), sequence => Assert.Equal(1, sequence));
        // At most 128 in each; the lanes that were held may have taken a few before.
        Assert.InRange(_database.Writer.Commits, 5, 7);
        Assert.Equal(Many, await CountAsync("SELECT count(*) FROM row"));
    }

    [Fact]
    public async Task One_that_waits_too_long_for_its_turn_is_told_that_nothing_was_written()
    {
        var time = new FakeTimeProvider();
        await using var database = new PostgreSql(_connection, time);
        Task<int?> AskAsync(string key) => database.Writer.WriteAsync(BareRow.Write(key));
        var begun = await HeldAsync(async () =>
        {
            var one = AskAsync("one");
            await LanesWaitAsync(1);
            var two = AskAsync("two");
            await LanesWaitAsync(2);
            var late = AskAsync("late");

            time.Advance(TimeSpan.FromSeconds(3));

            await Assert.ThrowsAsync<TimeoutException>(() => late);
            return (Task<int?>[])[one, two];
        });

        // Nobody knows of these before they have ended.
        Assert.Equal([1, 1], await Task.WhenAll(begun));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM row WHERE key = 'late'"));
    }

    [Fact]
    public async Task A_stale_one_is_told_so_and_its_neighbours_are_written()
    {
        await WriteAsync("there");
        var writes = await HeldAsync(() =>
            new[] { WriteAsync("one"), WriteAsync("there"), WriteAsync("there", etag: 7), WriteAsync("two") });

        Assert.Equal([1, null, null, 1], await Task.WhenAll(writes));
        Assert.Equal(3, await CountAsync("SELECT count(*) FROM log"));
    }

    [Fact]
    public async Task One_that_the_server_refuses_does_not_fail_its_neighbours()
    {
        var writes = await HeldAsync(() => new[] { WriteAsync("one"), WriteAsync("bad", state: "\0"),
            WriteAsync("two") });

        Assert.Equal((1, 1), (await writes[0], await writes[2]));
        await Assert.ThrowsAsync<PostgresException>(() => writes[1]);
        Assert.Equal(2, await CountAsync("SELECT count(*) FROM log"));
    }

    [Fact]
    public async Task What_a_connection_string_says_of_the_session_holds_for_writes_too()
    {
        await using var elsewhere = new PostgreSql(
            new NpgsqlConnectionStringBuilder(_connection) { Options = "-c search_path=nowhere" }.ConnectionString,
            TimeProvider.System);

        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => elsewhere.Writer.WriteAsync(BareRow.Write("key")));

        Assert.Equal(PostgresErrorCodes.UndefinedFunction, refused.SqlState);
    }

    [Fact]
    public async Task One_whose_row_somebody_holds_does_not_fail_its_neighbours()
    {
        await WriteAsync("held");
        await using var connection = new NpgsqlConnection(_connection + ";Pooling=False");
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand(
            "BEGIN; SELECT 1 FROM row WHERE key = 'held' FOR UPDATE; SAVEPOINT all_of_it; "
            + "LOCK TABLE row IN EXCLUSIVE MODE", connection);
        await hold.ExecuteNonQueryAsync();
        // The first two wait in a lane each, so the others come together.
        Task<int?>[] writes =
        [
            WriteAsync("zero"), WriteAsync("half"), WriteAsync("one"), WriteAsync("held", etag: 1), WriteAsync("two"),
        ];
        await using var release = new NpgsqlCommand("ROLLBACK TO SAVEPOINT all_of_it", connection);
        await release.ExecuteNonQueryAsync();

        Assert.Equal((1, 1), (await writes[2], await writes[4]));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => writes[3]);
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refused.SqlState);
    }

    [Fact]
    public async Task The_first_of_several_writes_of_a_row_is_first_and_none_is_written_twice()
    {
        var writes = await HeldAsync(() =>
            Enumerable.Range(0, 5).Select(i => WriteAsync("same", etag: i == 0 ? null : i)).ToArray());
        var sequences = await Task.WhenAll(writes);

        // Two lanes: one may be early and find no row yet, none is written twice.
        Assert.Equal(sequences.Count(sequence => sequence is not null), await CountAsync("SELECT count(*) FROM log"));
        Assert.Equal(1, sequences[0]);
    }

    [Fact]
    public async Task What_is_queued_when_the_store_closes_is_still_written()
    {
        var writes = await HeldAsync(() => Enumerable.Range(1, Rows).Select(i => WriteAsync($"row-{i}")).ToArray());
        await _database.DisposeAsync();

        Assert.All(await Task.WhenAll(writes), sequence => Assert.Equal(1, sequence));
    }

    private Task<int?> WriteAsync(string key, int? etag = null, string state = "{}") =>
        _database.Writer.WriteAsync(BareRow.Write(key, etag, state));

    private Task<T> HeldAsync<T>(Func<T> meanwhile) => HeldAsync(() => Task.FromResult(meanwhile()));

    private async Task<T> HeldAsync<T>(Func<Task<T>> meanwhile)
    {
        await using var connection = new NpgsqlConnection(_connection + ";Pooling=False");
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand("BEGIN; LOCK TABLE row IN EXCLUSIVE MODE", connection);
        await hold.ExecuteNonQueryAsync();
        return await meanwhile();
    }

    private Task LanesWaitAsync(int lanes) => Eventually.IsAsync(
        $"{lanes} wait for the table",
        async () => await CountAsync(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'row'::regclass") == lanes);

    private async Task<long> CountAsync(string text)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand(text, connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
