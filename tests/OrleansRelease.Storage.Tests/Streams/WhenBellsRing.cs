using System.Diagnostics;
using Npgsql;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Storage.Bells;
using Xunit.Abstractions;

namespace OrleansRelease.Storage.Tests.Streams;

[Collection(PostgresCollection.Name)]
public sealed class WhenBellsRing(SharedPostgres postgres, ITestOutputHelper output) : IDisposable
{
    private const int Rings = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("orel-bells-").FullName;
    private readonly Journal _journal = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_is_rung_hears_it_within_a_tenth_of_a_second(bool shared)
    {
        await using var server = await ListeningServer.StartAsync(await StoreAsync(shared), _journal);
        await WarmUpAsync(server);

        using var told = new ToldLags();
        var took = await MeasureAsync(server.Of("source"));

        Print(shared ? "PostgreSQL, one server" : "SQLite", took);
        Assert.InRange(took[took.Count * 9 / 10], TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        // Others may be heard in this process at the same time, late ones too.
        await Eventually.IsAsync("all of it is told as the stream's lag", () => told.All.Count >= Rings);
        Assert.True(told.All.Count(lag => lag <= 0.1) >= Rings * 9 / 10, string.Join(", ", told.All));
        Assert.Equal(
            Enumerable.Range(1, 2).Select(n => new Bell("rollout", "again", n, n - 1)),
            await HearTwiceAsync(server));
    }

    [Fact]
    public async Task The_servers_of_a_cluster_share_the_queues_and_hear_what_others_write_also_after_a_cut()
    {
        var store = await SharedAsync();
        await using var one = await ListeningServer.StartAsync(store, _journal);
        await using var two = await ListeningServer.StartAsync(store, _journal, one);
        await Eventually.IsAsync(
            "each has half of the queues", one.QueuesAsync,
            queues => queues.Order().SequenceEqual([Queues.Count / 2, Queues.Count / 2]));
        await WarmUpAsync(one);

        // Half of what one writes is for a queue of the other, which hears of it through the database alone.
        var took = await MeasureAsync(one.Of("source"));

        Print("PostgreSQL, two servers", took);
        Assert.InRange(took[took.Count / 2], TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        Assert.InRange(took[took.Count * 9 / 10], TimeSpan.Zero, TimeSpan.FromMilliseconds(500));

        await CutAsync(store);
        took = await MeasureAsync(one.Of("after"));
        Assert.InRange(took[took.Count / 2], TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_hangs_or_throws_or_never_answers_delays_nobody_else_and_hears_it_later(bool shared)
    {
        // All of one queue, so that each would be in the way of the others.
        var queue = Queues.Of(ListeningGrain.Kind, "good");
        string[] bad = [.. new[] { "hanging", "throwing", "absent" }.SelectMany(how => InQueue(queue, how).Take(2))];
        string[] good = ["good", .. InQueue(queue, "well").Take(10)];
        await using var server = await ListeningServer.StartAsync(await StoreAsync(shared), _journal);
        await WarmUpAsync(server);
        var (source, other) = (server.Of("source"), server.Of("other"));

        // For longer than the delivery of one is tried.
        var took = new List<TimeSpan>();
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(7);)
        {
            await other.RingAsync(bad);
            took.Add(await source.RingAndHearAsync(good[took.Count % good.Length]));
        }

        took.Sort();
        Print($"beside bad ones, {(shared ? "PostgreSQL" : "SQLite")}", took);
        Assert.InRange(took[took.Count / 2], TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        Assert.InRange(took[^1], TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(4, bad.Count(_journal.Calls.ContainsKey));
        Assert.All(bad, listener => Assert.Empty(_journal.Of(listener)));

        _journal.Release();
        await Eventually.IsAsync(
            $"the newest is heard by all of {string.Join(", ", bad)}",
            () => bad.All(listener => _journal.Of(listener).Any(one => one.Bell.Sequence == took.Count)));
    }

    private static IEnumerable<string> InQueue(int queue, string name) => Enumerable.Range(0, 1000)
        .Select(i => $"{name}{i}").Where(key => Queues.Of(ListeningGrain.Kind, key) == queue);

    private static async Task WarmUpAsync(ListeningServer server)
    {
        var source = server.Of("warm-up");
        for (var i = 0; i < 8; i++) await source.RingAndHearAsync($"warm-{i}");
    }

    private static async Task<List<TimeSpan>> MeasureAsync(ListeningServer.Source source)
    {
        var took = new List<TimeSpan>();
        for (var i = 0; i < Rings; i++) took.Add(await source.RingAndHearAsync($"listener-{i % 40}"));
        took.Sort();
        return took;
    }

    private static async Task CutAsync(StorageOptions store)
    {
        const string Listening = "FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND datname = current_database()";
        await using var database = NpgsqlDataSource.Create(store.ConnectionString!);
        await using var find = database.CreateCommand($"SELECT array_agg(pid) {Listening}");
        var listening = (int[])(await find.ExecuteScalarAsync())!;
        Assert.Equal(2, listening.Length);
        await using var cut = database.CreateCommand($"SELECT pg_terminate_backend(pid) {Listening}");
        await cut.ExecuteNonQueryAsync();
        await using var others = database.CreateCommand($"SELECT count(*) {Listening} AND NOT pid = ANY($1)");
        others.Parameters.Add(new() { Value = listening });
        await Eventually.IsAsync("both listen again", async () => (long)(await others.ExecuteScalarAsync())! == 2);
    }

    private async Task<IEnumerable<Bell>> HearTwiceAsync(ListeningServer server)
    {
        var source = server.Of("again");
        await source.RingAndHearAsync("twice");
        await source.RingAndHearAsync("twice");
        return _journal.Of("twice").Select(one => one.Bell);
    }

    private async Task<StorageOptions> StoreAsync(bool shared) =>
        shared ? await SharedAsync() : StorageOptions.Embedded(_folder);

    private async Task<StorageOptions> SharedAsync()
    {
        var store = StorageOptions.PostgreSql(await postgres.Server.CreateDatabaseAsync());
        await Store.MigrateAsync(store, TimeProvider.System);
        return store;
    }

    private void Print(string what, List<TimeSpan> took) => output.WriteLine(
        $"{what}: {took.Count} rings heard after p50 {took[took.Count / 2].TotalMilliseconds:f1} ms, "
        + $"p75 {took[took.Count * 3 / 4].TotalMilliseconds:f1} ms, "
        + $"p90 {took[took.Count * 9 / 10].TotalMilliseconds:f1} ms, "
        + $"p99 {took[took.Count * 99 / 100].TotalMilliseconds:f1} ms, at most {took[^1].TotalMilliseconds:f1} ms");
}
