using System.Globalization;
using System.Text.RegularExpressions;
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

        var killed = int.Parse(
            await File.ReadAllTextAsync(Path.Combine(_folder, "silo-2", "pid")), CultureInfo.InvariantCulture);
        await new Shell(_folder).RunAsync($"kill -KILL {killed}");
        await Eventually.IsAsync("it is missed", async () => (await ClusterAsync("status")).Exit == 1);
        Assert.Equal(0, (await ClusterAsync("up")).Exit);
        Assert.Equal(0, (await ClusterAsync("status")).Exit);

        var (_, down) = await ClusterAsync("down");
        Assert.Equal(5, Server().Count(down));
        Assert.Empty(ProcessesOf.Folder(_folder));
    }

    private Task<(int Exit, string Output)> ClusterAsync(string verb) => new Shell(_folder).RunAsync(
        $"OREL_POSTGRES='{_connection}' OREL_HOST='{string.Join(' ', OwnProgram.Command)}' "
        + $"'{Path.Combine(Repository.Root, "deploy", "local-cluster")}' {verb} '{_folder}'");

    [GeneratedRegex("^(silo-[123]|gateway-[12]) ", RegexOptions.Multiline)]
    private static partial Regex Server();
}
