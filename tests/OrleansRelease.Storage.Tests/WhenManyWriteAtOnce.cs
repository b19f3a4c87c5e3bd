using Microsoft.Data.Sqlite;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests;

/// <summary>The single writer, with a first job that holds it until the others have queued up.</summary>
public sealed class WhenManyWriteAtOnce : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-writer-").FullName;
    private readonly ManualResetEventSlim _gate = new();
    private readonly SqliteWriter _writer;

    public WhenManyWriteAtOnce()
    {
        var connection = Connect();
        Run(connection, "PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER PRIMARY KEY)");
        _writer = new SqliteWriter(connection, TimeProvider.System);
    }

    public void Dispose()
    {
        _gate.Set();
        _writer.Dispose();
        _gate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Those_that_queue_up_share_one_commit()
    {
        var first = HoldAsync();
        var others = Enumerable.Range(1, 100).Select(InsertAsync).ToArray();
        _gate.Set();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(2, _writer.Commits);
        Assert.Equal(100, Count());
    }

    [Fact]
    public async Task One_commit_takes_no_more_than_it_may()
    {
        var first = HoldAsync();
        var others = Enumerable.Range(1, 600).Select(InsertAsync).ToArray();
        _gate.Set();
        await Task.WhenAll([first, .. others]);

        // The one that held it, 256, 256 and the rest.
        Assert.Equal(4, _writer.Commits);
        Assert.Equal(600, Count());
    }

    [Fact]
    public async Task One_that_fails_does_not_fail_its_neighbours_and_leaves_nothing_of_itself()
    {
        var first = HoldAsync();
        var before = InsertAsync(1);
        var failing = _writer.RunAsync(
            connection =>
            {
                Run(connection, "INSERT INTO t VALUES (1000)");
                return Run(connection, "INSERT INTO t VALUES (1)");
            },
            default);
        var broken = _writer.RunAsync<int>(_ => throw new InvalidOperationException("a bug"), default);
        var after = InsertAsync(2);
        _gate.Set();

        await Task.WhenAll(first, before, after);
        await Assert.ThrowsAsync<SqliteException>(() => failing);
        await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
        Assert.Equal(2, _writer.Commits);
        Assert.Equal(2, Count());
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_it_is_committed()
    {
        var seen = await _writer.RunAsync(
            connection =>
            {
                Run(connection, "INSERT INTO t VALUES (1)");
                return Count();
            },
            default);

        Assert.Equal(0, seen);
        Assert.Equal(1, Count());
    }

    [Fact]
    public async Task One_that_is_given_up_while_it_waits_does_not_happen()
    {
        using var cancel = new CancellationTokenSource();
        var first = HoldAsync();
        var given = _writer.RunAsync(connection => Run(connection, "INSERT INTO t VALUES (1)"), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        _gate.Set();
        await first;
        await InsertAsync(2);

        Assert.Equal(1, Count());
    }

    [Fact]
    public async Task One_that_waits_too_long_is_told_that_nothing_was_written()
    {
        var first = HoldAsync();
        var late = InsertAsync(1);
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        _gate.Set();
        await first;

        Assert.Equal(0, Count());
    }

    [Fact]
    public async Task What_is_queued_when_the_store_closes_is_still_written()
    {
        var first = HoldAsync();
        var others = Enumerable.Range(1, 10).Select(InsertAsync).ToArray();
        _gate.Set();
        _writer.Dispose();

        await Task.WhenAll([first, .. others]);
        Assert.Equal(10, Count());
    }

    private Task<int> HoldAsync()
    {
        using var holding = new ManualResetEventSlim();
        var held = _writer.RunAsync(
            _ =>
            {
                holding.Set();
                _gate.Wait();
                return 0;
            },
            default);
        holding.Wait();
        return held;
    }

    private Task<int> InsertAsync(int n) =>
        _writer.RunAsync(connection => Run(connection, $"INSERT INTO t VALUES ({n})"), default);

    private long Count()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM t";
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "t.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private static int Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteNonQuery();
    }
}
