using System.Net;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.EndToEnd.Tests.Telemetry;
using OrleansRelease.Files;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>Several server processes on one PostgreSQL database.</summary>
public sealed class WhenServersFormACluster : IAsyncLifetime
{
    private static readonly Declared Shop = new("shop") { Hold = "60s" };

    private readonly DemoFolder _second = DemoFolder.Create();
    private PrivatePostgres _postgres = null!;
    private string _connection = "";

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartAsync(durable: true);
        _connection = await _postgres.CreateDatabaseAsync();
        await using var migrate = HostProgram.Start("migrate", "--postgres", _connection);
        Assert.Equal(0, await migrate.EndAsync());
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await Leftovers.RemoveAsync(_second);
    }

    [Fact]
    public async Task A_canary_goes_on_at_the_other_server_when_one_is_killed()
    {
        await using var world = await World.StartAsync("--postgres", _connection);
        await using var second = await StartSecondAsync(world);
        using var api = new ServerApi(_second, TimeProvider.System);
        await world.EstablishAsync(Shop, "1.0.0");
        var rollout = await world.BeginAsync(Shop, "2.0.0");
        var before = await world.IsAsync(
            rollout, "with its first users", view => view.State.Exposure.Confirmed == Weight.Percent(10));

        await world.Scene.KillServerAsync();

        var end = await Eventually.IsAsync(
            "the canary ends", () => api.TryGetAsync(rollout, CancellationToken.None),
            view => view is { State.IsTerminal: true });
        Assert.Equal(Phase.Succeeded, end!.Phase);
        Assert.True(end.Sequence > before.Sequence, $"{end.Sequence} is not after {before.Sequence}");
        Assert.Empty(world.ProblemsOf(Shop));
    }

    [Fact]
    public async Task One_that_only_decides_and_one_that_only_answers_are_a_server_together()
    {
        await using var collector = OtlpReceiver.Start();
        string[] traced = ["--otlp", $"{collector.Address}"];
        await using var silo = await StartAsync("silo", traced);
        await using var world = await World.StartAsync(["--postgres", _connection, "--role", "gateway", .. traced]);

        await world.EstablishAsync(Shop, "1.0.0");

        // The request came to the one, the write was made by the other.
        await Eventually.IsAsync("a trace leads from one to the other", () => collector.Spans
            .Where(span => span.Name == "commit").Select(span => span.Trace)
            .Intersect(collector.Spans.Where(span => span["url.path"] == "/api/v1/rollouts").Select(span => span.Trace))
            .Any());

        using var http = new HttpClient { BaseAddress = new Uri(ServedFolder.UrlOf(_second.Server)!) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("metrics")).StatusCode);
        http.DefaultRequestHeaders.Authorization =
            new("Bearer", await File.ReadAllTextAsync(AdminTokenFile.In(_second.Server)));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("health/ready")).StatusCode);
        Assert.Contains("orel_transitions_total{", await http.GetStringAsync("metrics"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("api/v1/rollouts")).StatusCode);
    }

    [Fact]
    public async Task A_server_that_knows_nothing_of_what_runs_is_refused()
    {
        await using var first = await StartAsync("silo");
        var other = Directory.CreateDirectory(Path.Combine(_second.Root, "other")).FullName;

        await using var stranger = HostProgram.Start(
            "run", "--data", other, "--urls", "http://127.0.0.1:0", "--postgres", _connection);

        Assert.Equal(2, await stranger.EndAsync());
        Assert.Contains("give the other servers' folder as --targets", stranger.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a cluster needs --postgres", "--role", "silo")]
    [InlineData("a cluster needs --postgres", "--role", "gateway")]
    [InlineData("say --allow-remote", "--postgres", "Host=127.0.0.1", "--cluster-address", "0.0.0.0")]
    [InlineData("is not an address", "--postgres", "Host=127.0.0.1", "--cluster-address", "here")]
    public async Task What_makes_no_cluster_is_refused(string hint, params string[] arguments)
    {
        await using var server = HostProgram.Start(["run", "--data", _second.Server, .. arguments]);

        Assert.Equal(2, await server.EndAsync());
        Assert.Contains(hint, server.Error, StringComparison.Ordinal);
    }

    // The same token, and the same record of what runs on this machine.
    private Task<HostProgram> StartSecondAsync(World world)
    {
        File.Copy(AdminTokenFile.In(world.Folder.Server), AdminTokenFile.In(_second.Server));
        return StartAsync("all", "--targets", world.Folder.Server);
    }

    private async Task<HostProgram> StartAsync(string role, params string[] more)
    {
        var server = HostProgram.Start(
        [
            "run", "--data", _second.Server, "--urls", "http://127.0.0.1:0", "--postgres", _connection,
            "--role", role, .. more,
        ]);
        await server.PrintsAsync("listening on");
        return server;
    }
}
