using System.Net.Sockets;
using Npgsql;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// Three servers that decide, two that answer the API, a PostgreSQL server, a router: all of them processes of this
/// run, in one folder, which a guard cleans up when this process dies.
/// </summary>
internal sealed class FaultCluster : ISite
{
    /// <summary>The number that the list of members has for it.</summary>
    private const int Dead = 6;

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(4) };
    private readonly Guard _guard;
    private readonly string _connection;
    private readonly bool _hasWires;

    private FaultCluster(DemoFolder folder, PrivatePostgres postgres, string connection, bool hasWires)
    {
        (Folder, Postgres, _hasWires, _connection) = (folder, postgres, hasWires, connection);
        _guard = Guard.Start(folder);
        Router = new FaultRouter(folder);
        Silos = [.. Enumerable.Range(1, 3).Select(Silo)];
        Gateways = [.. Enumerable.Range(1, 2).Select(Gateway)];
        Callers = new Callers(Gateways, TokenFile);
        StoreClock = new StoreClock(connection);
    }

    public DemoFolder Folder { get; }

    public PrivatePostgres Postgres { get; }

    public FaultRouter Router { get; }

    public IReadOnlyList<Member> Silos { get; }

    public IReadOnlyList<Member> Gateways { get; }

    public Callers Callers { get; }

    public StoreClock StoreClock { get; }

    public IReadOnlyList<string> Store => ["--postgres", _connection];

    private string TokenFile => AdminTokenFile.In(Folder.Server);

    public static async Task<FaultCluster> StartAsync(bool hasWires)
    {
        var postgres = await PrivatePostgres.StartAsync(durable: true);
        var connection = await postgres.CreateDatabaseAsync();
        var cluster = new FaultCluster(DemoFolder.Create(), postgres, connection, hasWires);
        try
        {
            await cluster.SetUpAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public static async Task StartAsync(Member member)
    {
        member.Start();
        await member.ListensAsync();
    }

    public async Task AllRunAsync()
    {
        foreach (var member in Silos.Concat(Gateways).Where(member => !member.IsRunning)) await StartAsync(member);
        foreach (var member in Silos.Concat(Gateways))
        {
            // One that has learnt that the others gave it up ends by itself, and is started again like any other.
            await Pace.UntilAsync(
                () => $"{member.Name} is ready", ReadyWithin, () => IsReadyAsync(member), ready => ready);
        }
    }

    public async Task<IReadOnlyList<LoggedStep>> LogAsync(IReadOnlyList<string> keys)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT kind, key, seq, at, position, transition FROM log WHERE kind IN ('rollout', 'slot') "
            + "AND key = ANY(@keys) ORDER BY kind, key, seq",
            connection);
        command.Parameters.AddWithValue("keys", keys.ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        var steps = new List<LoggedStep>();
        while (await reader.ReadAsync())
        {
            steps.Add(LoggedStep.Read(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetString(5)));
        }

        return steps;
    }

    public async Task<(IReadOnlyList<StoredRow> Rows, IReadOnlyDictionary<string, string> Specs)> RowsAsync()
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        return await StoredTables.ReadAsync(connection);
    }

    /// <summary>Whether the others have put on record that it is no member any more.</summary>
    public async Task<bool> IsGivenUpAsync(Member silo)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM member WHERE name = @name AND status = @dead", connection);
        command.Parameters.AddWithValue("name", $"{Environment.MachineName}-{silo.Id}");
        command.Parameters.AddWithValue("dead", Dead);
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }

    /// <summary>Null while the store answers within a second; else what became of the question.</summary>
    public async Task<string?> WhyNoAnswerAsync()
    {
        var soon = new NpgsqlConnectionStringBuilder(_connection)
        {
            Timeout = 1,
            CommandTimeout = 1,
            Pooling = false,
        };
        try
        {
            await using var connection = new NpgsqlConnection(soon.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            await command.ExecuteScalarAsync();
            return null;
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            return away.Message;
        }
    }

    /// <summary>When the server process of the store was started, by its own word.</summary>
    public async Task<DateTimeOffset> StoreRunsSinceAsync()
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_postmaster_start_time()", connection);
        return (DateTime)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Callers.Dispose();
        _http.Dispose();
        if (_hasWires) await Wires.MendAsync();
        // Nothing here is worth an orderly stop, which the frozen could not make anyway.
        foreach (var member in Silos.Concat(Gateways)) await member.EndAsync();
        await Leftovers.RemoveAsync(Folder);
        await Postgres.ResumeAsync();
        await Postgres.DisposeAsync();
        await _guard.DismissAsync();
        _guard.Dispose();
        foreach (var member in Silos.Concat(Gateways)) member.Dispose();
    }

    private async Task SetUpAsync()
    {
        await using (var migrate = HostProgram.Start(["migrate", .. Store])) Assert.Equal(0, await migrate.EndAsync());
        await StoreClock.InstallAsync();
        AdminTokenFile.ReadOrCreate(TokenFile);
        Router.Start();
        // The first makes the record of what runs on this machine, on which the others then agree.
        await StartAsync(Silos[0]);
        foreach (var member in Silos.Skip(1).Concat(Gateways)) member.Start();
        foreach (var member in Silos.Concat(Gateways)) await member.ListensAsync();
        await Router.ListensAsync();
    }

    private Member Silo(int number) => Server(
        "silo", number, _hasWires ? Wires.LauncherOf(number) : [],
        ["--targets", Folder.Server, .. _hasWires ? Wires.ArgumentsOf(number) : []]);

    private Member Gateway(int number) => Server("gateway", number, [], []);

    private Member Server(
        string role, int number, IReadOnlyList<string> launcher, IReadOnlyList<string> more)
    {
        var name = FormattableString.Invariant($"{role}-{number}");
        var data = Path.Combine(Folder.Root, name);
        return new Member(
            Folder, name, data, launcher,
            [
                "run", "--data", data, "--urls", "http://127.0.0.1:0", "--role", role, "--token-file", TokenFile,
                .. Store, .. more,
            ]);
    }

    private async Task<bool> IsReadyAsync(Member member)
    {
        if (!member.IsRunning)
        {
            await StartAsync(member);
            return false;
        }

        try
        {
            if (member.Url is not { } url) return false;
            using var answer = await _http.GetAsync(new Uri($"{url}/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
