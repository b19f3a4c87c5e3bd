using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary><c>deploy/local-cluster</c>, as its comment says it is used.</summary>
public sealed partial class TheLocalCluster : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-cluster-").FullName;
    private PrivatePostgres _postgres = null!;
    private string _connection = "";

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartAsync();
        _connection = await _postgres.CreateDatabaseAsync();
    }

    public async Task DisposeAsync()
    {
        await ClusterAsync("down");
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Starts_what_does_not_run_and_stops_all_of_it()
    {
        var (exit, up) = await ClusterAsync("up");
        Assert.True(exit == 0, up);
        Assert.Equal(5, Server().Count(up));
        var export = up.Split('\n').Single(line => line.StartsWith("export ", StringComparison.Ordinal));
        var (asked, answer) = await new Shell(_folder).RunAsync($"{export}; orel get rollouts --output json");
        Assert.True(asked == 0, answer);
        Assert.Equal(0, (await ClusterAsync("status")).Exit);
        var ports = await PortsAsync();

        await KillAsync("silo-2");
        await Eventually.IsAsync(
            "it is missed", () => ClusterAsync("status"),
            status => status.Exit == 1 && Missed().IsMatch(status.Output));
        Assert.Equal(0, (await ClusterAsync("up")).Exit);
        Assert.Equal(0, (await ClusterAsync("status")).Exit);
        Assert.Equal(ports, await PortsAsync());

        var (_, down) = await ClusterAsync("down");
        Assert.Equal(5, Server().Count(down));
        Assert.Empty(ProcessesOf.Folder(_folder));
    }

    private async Task KillAsync(string name)
    {
        var pid = int.Parse(
            await File.ReadAllTextAsync(Path.Combine(_folder, name, "pid")), CultureInfo.InvariantCulture);
        await ProcessSignals.SendAsync("KILL", [pid]);
    }

    // Where those that decide are reached by the others.
    private async Task<int[]> PortsAsync()
    {
        await using var database = NpgsqlDataSource.Create(_connection);
        await using var ports = database.CreateCommand(
            "SELECT array_agg(port ORDER BY port) FROM member WHERE status = 3");
        return (int[])(await ports.ExecuteScalarAsync())!;
    }

    private Task<(int Exit, string Output)> ClusterAsync(string verb) => new Shell(_folder).RunAsync(
        $"OREL_POSTGRES='{_connection}' OREL_HOST='{string.Join(' ', OwnProgram.Command)}' "
        + $"'{Path.Combine(Repository.Root, "deploy", "local-cluster")}' {verb} '{_folder}'");

    [GeneratedRegex("^silo-2 +does not run$", RegexOptions.Multiline)]
    private static partial Regex Missed();

    [GeneratedRegex("^(silo-[123]|gateway-[12]) ", RegexOptions.Multiline)]
    private static partial Regex Server();
}
