using System.Text.RegularExpressions;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Doctor;

namespace OrleansRelease.Storage.Tests;

/// <summary>In a store with many rows, of which a few are what is asked for.</summary>
[Collection(PostgresCollection.Name)]
public sealed partial class WhenTheDoctorIsAsked(SharedPostgres postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-doctor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_counts_what_is_wrong_and_reads_nothing_else(bool shared)
    {
        var options = shared
            ? StorageOptions.PostgreSql(await postgres.Server.CreateDatabaseAsync()) with { MigrateOnStart = true }
            : StorageOptions.Embedded(_folder);
        await using var store = await OpenStore.StartAsync(options);
        var database = store.Get<Database>();
        await FillAsync(database, shared ? "repeat('x', 40000)" : "hex(zeroblob(20000))");

        foreach (var question in SystemReports.OfRows(GrainRow.Start))
            Assert.False(await ReadsAllAsync(database, question), question.Text);
        Assert.True(await ReadsAllAsync(
            database, new Statement("SELECT count(*) FROM row WHERE octet_length(payload) > 1000")));

        var report = await store.Get<ISystemReports>().ReportAsync(default);
        Assert.Equal((2000, 4, 20), (report.Overdue, report.Quarantined, report.LargeRows));
        Assert.Equal(["r-1", "r-5001", "r-10001", "r-15001"], report.QuarantinedRows.Select(row => row.Key));
        Assert.Equal(Micros.Time(7), report.OldestDue);
    }

    // Every tenth is overdue; one in a thousand is large, and one in five thousand is in quarantine.
    private static async Task FillAsync(Database database, string large)
    {
        await database.WriteAsync(
            new Statement(
                $"""
                WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 20000)
                INSERT INTO row (kind, key, seq, payload, {(database is Sqlite ? "transition, " : "")}phase, shard,
                                 next_wake_at, quarantined_at, updated_at)
                SELECT 'rollout', 'r-' || n, 1, CASE WHEN n % 1000 = 0 THEN {large} ELSE 'small' END,
                       {(database is Sqlite ? "'{}', " : "")}'Progressing', n % 64,
                       CASE WHEN n % 10 = 7 THEN n END, CASE WHEN n % 5000 = 1 THEN n END, n FROM g
                """),
            _ => 0, default);
        await database.WriteAsync(new Statement("ANALYZE row"), _ => 0, default);
    }

    private static async Task<bool> ReadsAllAsync(Database database, Statement question)
    {
        var (explain, column) = database is Sqlite ? ("EXPLAIN QUERY PLAN ", 3) : ("EXPLAIN ", 0);
        var plan = await database.QueryAsync(
            question with { Text = explain + question.Text }, reader => reader.GetString(column), default);
        Assert.NotEmpty(plan);
        return plan.Any(line => Whole().IsMatch(line));
    }

    [GeneratedRegex("""Seq Scan on "?row\b|^SCAN row$""")]
    private static partial Regex Whole();
}
