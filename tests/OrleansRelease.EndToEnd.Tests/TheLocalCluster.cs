using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;
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
    public async Task Starts_what_does_not_run_stops_one_unnoticed_and_stops_all_of_it()
    {
        var (exit, up) = await ClusterAsync("up");
        Assert.True(exit == 0, up);
        Assert.Equal(5, Server().Count(up));
        var export = up.Split('\n').Single(line => line.StartsWith("export ", StringComparison.Ordinal));
        var (asked, answer) = await new Shell(_folder).RunAsync($"{export}; orel get rollouts --output json");
        Assert.True(asked == 0, answer);
        Assert.Equal(0, (await ClusterAsync("status")).Exit);
        var ports = await PortsAsync();

        var noticed = await RestartUnderLoadAsync("silo-3", "gateway-1");
        Assert.True(noticed.Count == 0, string.Join('\n', noticed));

        await SignalAsync("KILL", "silo-2");
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

    /// <summary>What a caller noticed of it while first the one and then the other was asked to stop.</summary>
    private async Task<IReadOnlyList<string>> RestartUnderLoadAsync(string silo, string gateway)
    {
        string[] urls = [ServedFolder.UrlOf(Folder("gateway-1"))!, ServedFolder.UrlOf(Folder("gateway-2"))!];
        using var commands = SteadyCommands.Begin(urls, AdminTokenFile.Read(Path.Combine(_folder, "token")));
        await Eventually.IsAsync("commands are answered", () => commands.Answered > 30);

        await StopAsync(silo);
        var before = commands.Answered;
        var stopping = StopAsync(gateway);
        // It takes its time, in which the other one comes back.
        await ClusterAsync("up");
        await stopping;
        await Eventually.IsAsync("commands are still answered", () => commands.Answered > before + 30);
        return await commands.EndAsync();
    }

    private async Task StopAsync(string name)
    {
        var pid = await SignalAsync("TERM", name);
        await Eventually.IsAsync($"{name} has ended", () => ProcessSignals.HasEnded(pid));
    }

    private async Task<int> SignalAsync(string signal, string name)
    {
        var pid = int.Parse(
            await File.ReadAllTextAsync(Path.Combine(Folder(name), "pid")), CultureInfo.InvariantCulture);
        await ProcessSignals.SendAsync(signal, [pid]);
        return pid;
    }

    private string Folder(string name) => Path.Combine(_folder, name);

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
