using System.Collections.Immutable;
using Npgsql;
using OrleansRelease.Storage;
using OrleansRelease.Testing;

namespace OrleansRelease.LoadTests.Limit;

/// <summary>The ways of writing take turns, so that what else the machine does meets them alike.</summary>
internal static class LimitRun
{
    public const string Ours = "group commit";

    private const string AdoNet = "AdoNet provider";

    private const string Bench = "pgbench";

    private static readonly int[] Writers = [64, 256];

    /// <summary>Without these a commit is not durable, and the numbers mean nothing.</summary>
    private static readonly string[] Durable = ["fsync", "synchronous_commit", "full_page_writes"];

    public static async Task<LimitResult> RunAsync(
        PrivatePostgres postgres, Rounds rounds, TextWriter progress, CancellationToken cancellation)
    {
        var connection = await postgres.CreateDatabaseAsync();
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        var settings = await SettingsAsync(connection);
        await using var ours = await StoreWriters.OpenAsync(connection, StorageWriter.GroupCommit);
        await using var adoNet = await StoreWriters.OpenAsync(connection, StorageWriter.AdoNet);
        var bench = new PgBench(connection);
        // A program that has just started compiles itself meanwhile, which is not what a store can carry.
        await ours.RunAsync(Writers[0], rounds.Each / 4, cancellation);
        await adoNet.RunAsync(Writers[0], rounds.Each / 4, cancellation);
        var measured = new List<Measured>();
        foreach (var writers in Writers)
        {
            var turns = new List<(string Way, Turn Turn)>();
            for (var round = 1; round <= rounds.Count; round++)
            {
                progress.WriteLine($"{writers} writers, round {round} of {rounds.Count}");
                turns.Add((Bench, await bench.RunAsync(writers, rounds.Each, cancellation)));
                turns.Add((Ours, await ours.RunAsync(writers, rounds.Each, cancellation)));
                turns.Add((AdoNet, await adoNet.RunAsync(writers, rounds.Each, cancellation)));
            }

            measured.AddRange(Sum(writers, turns));
        }

        return new(Payload.Bytes, settings, [.. measured]);
    }

    private static IEnumerable<Measured> Sum(int writers, List<(string Way, Turn Turn)> turns)
    {
        double RateOf(string way) => turns.Where(turn => turn.Way == way).Average(turn => turn.Turn.PerSecond);
        return turns.GroupBy(turn => turn.Way).Select(way => new Measured(
            way.Key, writers, RateOf(way.Key), way.Max(turn => turn.Turn.P99), RateOf(way.Key) / RateOf(Bench)));
    }

    private static async Task<ImmutableSortedDictionary<string, string>> SettingsAsync(string connection)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync();
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in Durable)
        {
            await using var show = new NpgsqlCommand($"SHOW {name}", database);
            settings[name] = (string)(await show.ExecuteScalarAsync())!;
            if (settings[name] != "on") throw new InvalidOperationException($"{name} is {settings[name]}, not on");
        }

        return settings.ToImmutable();
    }
}

/// <summary>What one turn came to; no way to know the percentile of pgbench without its log.</summary>
internal sealed record Turn(double PerSecond, double? P99);
