using System.Text.Json;
using Npgsql;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>An upgrade of a cluster: two builds on one PostgreSQL database, until it is finalized.</summary>
public sealed class WhenTwoBuildsShareAStore : IAsyncLifetime
{
    private static readonly Declared Shop = new("shop") { Hold = "60s" };

    private readonly DemoFolder _second = DemoFolder.Create();
    private PrivatePostgres _postgres = null!;
    private string _connection = "";

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartAsync();
        _connection = await _postgres.CreateDatabaseAsync();
        // Made by the older one: the newer one would begin with its own format.
        Assert.Equal(0, (await RunAsync(isNext: false, "migrate")).Exit);
        Assert.Equal(0, (await RunAsync(isNext: true, "migrate")).Exit);
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await Leftovers.RemoveAsync(_second);
    }

    [Fact]
    public async Task The_older_one_works_on_until_it_is_finalized_and_is_refused_from_then_on()
    {
        await using var world = await World.StartAsync("--postgres", _connection);
        File.Copy(AdminTokenFile.In(world.Folder.Server), AdminTokenFile.In(_second.Server));
        await using (var next = await StartNextAsync(world))
        {
            await world.EstablishAsync(Shop, "1.0.0");
            var (exit, _, error) = await RunAsync(isNext: true, "migrate", "finalize");
            Assert.Equal(2, exit);
            Assert.Matches(@"^not finalized: \S+ \(knows format 2\) would not understand format 3", error);
            next.Signal("TERM");
            Assert.Equal(0, await next.EndAsync());
        }

        // Back to the older one alone: it reads what the newer one has written.
        await world.EndsAsync(await world.BeginAsync(Shop, "2.0.0"), Phase.Succeeded);
        Assert.Equal([2], await FormatsAsync());
        Assert.Empty(world.ProblemsOf(Shop));

        await using var newer = await StartNextAsync(world);
        await world.Scene.StopServerAsync();
        var (end, _, said) = await RunAsync(isNext: true, "migrate", "finalize");
        Assert.True(end == 0, said);
        await newer.PrintsAsync("format 3 is written from now on");
        using var api = new ServerApi(_second, TimeProvider.System);
        await Manifests.WriteVersionAsync(world.Folder, "3.0.0", Host.Samples.SampleFault.None);
        await api.StartAsync(Shop.Slot, "3.0.0", CancellationToken.None);
        Assert.Contains(3, await FormatsAsync());

        var refused = await RunAsync(
            isNext: false, "run", "--data", world.Folder.Server, "--urls", "http://127.0.0.1:0");
        Assert.Equal(2, refused.Exit);
        Assert.Contains("start the newer build; nothing was changed", refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<HostProgram> StartNextAsync(World world)
    {
        var server = HostProgram.StartNextBuild(
            "run", "--data", _second.Server, "--urls", "http://127.0.0.1:0", "--postgres", _connection,
            "--targets", world.Folder.Server, "--drain", "0s");
        await server.PrintsAsync("listening on");
        return server;
    }

    private async Task<(int Exit, string Out, string Error)> RunAsync(bool isNext, params string[] arguments)
    {
        string[] all = [.. arguments, "--postgres", _connection];
        await using var program = isNext ? HostProgram.StartNextBuild(all) : HostProgram.Start(all);
        return (await program.EndAsync(), program.Out, program.Error);
    }

    private async Task<IReadOnlyList<int>> FormatsAsync()
    {
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var ask = source.CreateCommand("SELECT payload FROM row");
        await using var reader = await ask.ExecuteReaderAsync();
        var formats = new SortedSet<int>();
        while (await reader.ReadAsync())
        {
            using var row = JsonDocument.Parse(reader.GetString(0));
            formats.Add(row.RootElement.GetProperty("schema").GetInt32());
        }

        return [.. formats];
    }
}
