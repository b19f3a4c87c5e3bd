using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;
using OrleansRelease.Grains.Wakeups;
using OrleansRelease.Host.Running;
using OrleansRelease.Storage;
using Xunit.Abstractions;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>Three servers on one PostgreSQL database, each as its own process has it.</summary>
[Collection(nameof(Alone))]
public sealed class WhenAClusterIsIdle(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Servers = 3;

    private const int Changes = 40;

    private const int Reminders = 64;

    private static readonly TimeSpan During = TimeSpan.FromSeconds(12);

    // After a server came or went all ask more often for a while, and a cluster is idle when that is over.
    private static readonly WakeOptions CalmsDownSoon = new() { Change = TimeSpan.FromSeconds(2) };

    private readonly string _folder = Directory.CreateTempSubdirectory("orel-idle-").FullName;
    private readonly List<WebApplication> _servers = [];
    private PrivatePostgres _postgres = null!;
    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartAsync();
        var connection = await _postgres.CreateDatabaseAsync();
        _database = NpgsqlDataSource.Create(connection);
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        for (var i = 0; i < Servers; i++) _servers.Add(await StartAsync(connection, i));
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_servers.Select(server => server.StopAsync()));
        foreach (var server in _servers) await server.DisposeAsync();
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_asks_the_database_less_than_ten_times_a_second_and_tells_everybody_at_once_what_happens()
    {
        await Eventually.IsAsync(
            "all are members and all reminders are set",
            async () => await CountAsync("SELECT count(*) FROM member WHERE status = 3") == Servers
                && await CountAsync("SELECT count(*) FROM reminder") == Reminders);

        // The database counts some of it only ten seconds later, so the start is in the first of these.
        var each = await Eventually.IsAsync(
            "fewer than ten statements come in a second", EachSecondAsync, asked => asked < 10);
        output.WriteLine($"{Servers} idle servers ask the database {each:f1} times a second");
        Assert.True(each > 1, $"{each} a second: that is not all of it");
        Assert.True(new WakeOptions().Change <= TimeSpan.FromMinutes(1), "otherwise it is busy for longer");

        // One that listens at another server than the one that writes.
        var took = await FollowAsync(_servers[0], _servers[^1]);
        output.WriteLine(
            $"{took.Count} events came to another server after p50 {took[took.Count / 2].TotalMilliseconds:f1} ms, "
            + $"at most {took[^1].TotalMilliseconds:f1} ms");
        Assert.InRange(took[took.Count / 2], TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    private async Task<WebApplication> StartAsync(string connection, int number)
    {
        var server = Server.Build(new RunOptions
        {
            DataFolder = Directory.CreateDirectory(Path.Combine(_folder, $"{number}")).FullName,
            Postgres = connection,
            TokenFile = Path.Combine(_folder, AdminTokenFile.Name),
            Urls = ["http://127.0.0.1:0"],
            LogLevel = LogLevel.Critical,
            Wakes = CalmsDownSoon,
        });
        await server.StartAsync();
        return server;
    }

    private async Task<double> EachSecondAsync()
    {
        var before = await AskedAsync();
        await Eventually.NeverAsync("a server stops", During, () => Task.FromResult(
            _servers.Any(server => server.Lifetime.ApplicationStopping.IsCancellationRequested)));
        var each = (await AskedAsync() - before) / During.TotalSeconds;
        output.WriteLine($"{each:f1} statements a second in {During.TotalSeconds} s");
        return each;
    }

    // Every statement outside of a transaction is one of its own.
    private Task<long> AskedAsync() => CountAsync(
        "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()");

    private async Task<long> CountAsync(string sql)
    {
        await using var count = _database.CreateCommand(sql);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private async Task<List<TimeSpan>> FollowAsync(WebApplication writer, WebApplication listener)
    {
        using var there = ClientOf(listener);
        using var here = ClientOf(writer);
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var response = await there.GetAsync(
            "api/v1/events?environment=idle", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        await using var stream = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(patience.Token);
        var events = SseParser.Create(stream).EnumerateAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        var took = new List<TimeSpan>();
        while (took.Count < Changes)
        {
            await ApplyAsync(here, took.Count + 1);
            var written = Stopwatch.GetTimestamp();
            do Assert.True(await events.MoveNextAsync(), "the stream of events ended");
            while (events.Current.EventType == "heartbeat");
            took.Add(Stopwatch.GetElapsedTime(written));
        }

        took.Sort();
        return took;
    }

    private HttpClient ClientOf(WebApplication server)
    {
        var client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", AdminTokenFile.Read(Path.Combine(_folder, AdminTokenFile.Name)));
        return client;
    }

    private static async Task ApplyAsync(HttpClient client, int parallel)
    {
        const string once = "{timeout: 10s, attempts: 1, backoff: 1s}";
        var manifest = $$"""
            apiVersion: orleansrelease/v1
            kind: Environment
            metadata: {name: idle}
            spec:
              maxParallel: {{parallel}}
              connections:
                target:
                  process: {deploy: {{once}}, retire: {{once}}}
                traffic:
                  yarp: {admin: "http://127.0.0.1:9", token: {file: "/nowhere"}, timeout: 4s}
                metrics:
                  http: {url: "http://127.0.0.1:9", bearer: {file: "/nowhere"}, delay: 500ms}
            """;
        using var body = new StringContent(manifest, Encoding.UTF8, "application/yaml");
        using var answer = await client.PostAsync("api/v1/manifests", body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
