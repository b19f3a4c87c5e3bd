using System.Text.RegularExpressions;
using Npgsql;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Schema;

namespace OrleansRelease.Storage.Tests;

/// <summary>Scripts on a PostgreSQL database that others use at the same time.</summary>
[Collection(PostgresCollection.Name)]
public sealed partial class WhenAStoreIsMigrated(SharedPostgres postgres) : IAsyncLifetime
{
    private string _connection = "";

    public async Task InitializeAsync() => _connection = await postgres.Server.CreateDatabaseAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Of_two_at_once_each_script_is_applied_by_one_of_them()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Migrate())));

        var all = applied.SelectMany(scripts => scripts).ToList();
        Assert.Equal(all.Distinct(), all);
        Assert.Empty(Store.Missing(StorageOptions.PostgreSql(_connection)));
        Assert.Equal(all.Count, await CountAsync("schema_migration"));
    }

    [Fact]
    public async Task One_that_has_to_wait_says_so_and_goes_on_when_the_other_one_is_gone()
    {
        var other = new NpgsqlConnection(_connection + ";Pooling=False");
        await other.OpenAsync();
        await ExecuteAsync(other, "SELECT pg_advisory_lock(1869768044)");

        var said = new List<string>();
        var waiting = Task.Run(() => Migrate(line =>
        {
            lock (said) said.Add(line);
        }));
        await Eventually.IsAsync("it has said why it waits", () =>
        {
            lock (said) return Task.FromResult(said.Count > 0);
        });
        Assert.StartsWith("another migrator is at work", said[0], StringComparison.Ordinal);

        // As if it had been killed in the middle.
        await other.DisposeAsync();
        Assert.NotEmpty(await waiting);
    }

    [Fact]
    public void What_would_be_applied_is_listed_and_nothing_changes()
    {
        var options = StorageOptions.PostgreSql(_connection);
        var missing = Store.Missing(options);

        Assert.Equal("0001-initial", missing[0]);
        Assert.Equal(missing, Store.Missing(options));
        Assert.Equal(missing, Migrate());
    }

    [Fact]
    public async Task A_table_in_use_is_waited_for_a_moment_at_a_time()
    {
        Migrate();
        await using var user = new NpgsqlConnection(_connection + ";Pooling=False");
        await user.OpenAsync();
        await ExecuteAsync(user, "BEGIN; LOCK TABLE row IN ACCESS SHARE MODE");

        var said = new List<string>();
        var script = new Migration(900, "0900-column", "ALTER TABLE row ADD COLUMN later text");
        var applying = Task.Run(() => Apply(script, line =>
        {
            lock (said) said.Add(line);
        }));
        await Eventually.IsAsync("it has said that it waits", () =>
        {
            lock (said) return Task.FromResult(said.Count > 0);
        });
        // Whoever comes meanwhile is not behind it for longer than that moment.
        await using var writer = await OpenStore.StartAsync(StorageOptions.PostgreSql(_connection));
        await new GrainRow(writer.Storage, "meanwhile").WriteAsync();
        await ExecuteAsync(user, "COMMIT");

        Assert.Equal(["0900-column"], await applying);
    }

    [Fact]
    public async Task A_script_that_cannot_be_in_a_transaction_is_run_statement_by_statement()
    {
        Migrate();
        var script = new Migration(
            901, "0901-index",
            $"{Migration.Alone}\nDROP INDEX CONCURRENTLY IF EXISTS row_later;\n"
            + "CREATE INDEX CONCURRENTLY row_later ON row (updated_at);\n");

        Assert.Equal(["0901-index"], Apply(script, _ => { }));
        Assert.Empty(Apply(script, _ => { }));
        Assert.Equal(1, await CountAsync("pg_indexes WHERE indexname = 'row_later'"));
    }

    [Fact]
    public async Task An_index_is_built_beside_those_that_write()
    {
        Apply([.. Before(9)], _ => { });
        await using var user = new NpgsqlConnection(_connection + ";Pooling=False");
        await using var other = new NpgsqlConnection(_connection + ";Pooling=False");
        await user.OpenAsync();
        await other.OpenAsync();
        await ExecuteAsync(user, "BEGIN; " + Written("first"));

        var said = new List<string>();
        var applying = Task.Run(() => Migrate(line =>
        {
            lock (said) said.Add(line);
        }));
        await Eventually.IsAsync("the index waits for the one that writes", async () => await CountAsync(
            "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
            + "AND query LIKE '%INDEX%row_quarantined%'") == 1);
        await ExecuteAsync(other, Written("second"));
        Assert.False(applying.IsCompleted);
        await ExecuteAsync(user, "COMMIT");

        Assert.Contains("0009-quarantine", await applying);
        // It held nobody up, so there was nothing to say.
        Assert.Empty(said);
        Assert.Equal(1, await CountAsync(
            "pg_index WHERE indexrelid = 'row_quarantined'::regclass AND indisvalid"));
    }

    [Fact]
    public void An_index_on_a_table_that_is_there_already_is_made_concurrently()
    {
        using var database = new PostgreSql(_connection, TimeProvider.System);
        foreach (var script in Migration.Of(database))
        {
            var own = Made().Matches(script.Text).Select(made => made.Groups["table"].Value).ToHashSet();
            var others = Index().Matches(script.Text).Where(index => !own.Contains(index.Groups["table"].Value));
            Assert.All(others, index => Assert.StartsWith("CONCURRENTLY", index.Groups["how"].Value));
            if (others.Any()) Assert.StartsWith(Migration.Alone, script.Text);
        }
    }

    private IReadOnlyList<string> Migrate(Action<string>? say = null)
    {
        using var database = new PostgreSql(_connection, TimeProvider.System);
        return Migration.Apply(database, TimeProvider.System, say);
    }

    private IReadOnlyList<string> Apply(Migration script, Action<string> say) =>
        Apply([.. Before(int.MaxValue), script], say);

    private IReadOnlyList<string> Apply(IReadOnlyList<Migration> scripts, Action<string> say)
    {
        using var database = new PostgreSql(_connection, TimeProvider.System);
        return Migration.Apply(database, scripts, TimeProvider.System, say);
    }

    private IEnumerable<Migration> Before(int version)
    {
        using var database = new PostgreSql(_connection, TimeProvider.System);
        return Migration.Of(database).Where(script => script.Version < version);
    }

    private static string Written(string key) =>
        "INSERT INTO row (kind, key, seq, payload, phase, shard, updated_at) "
        + $"VALUES ('note', '{key}', 1, '', 'Open', 0, 0)";

    private async Task<long> CountAsync(string from)
    {
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var count = source.CreateCommand($"SELECT count(*) FROM {from}");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"CREATE TABLE (IF NOT EXISTS )?(?<table>\w+)")]
    private static partial Regex Made();

    [GeneratedRegex(@"CREATE (UNIQUE )?INDEX (?<how>[\w ]*?) ON (?<table>\w+)")]
    private static partial Regex Index();
}
