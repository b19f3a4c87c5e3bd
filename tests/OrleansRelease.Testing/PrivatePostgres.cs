using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansRelease.Testing;

/// <summary>
/// A PostgreSQL server of this test run's own: in a temporary folder, on a free loopback port, gone at the end.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    // Ends the server when its input ends: on our word, or with this process however that ends. SIGINT is PostgreSQL's
    // fast shutdown; the file says which process is the server. What was frozen is continued first, and Ctrl-C, which
    // reaches the keeper too, must not end it before the server. Without our word nobody comes back to the folder.
    private const string Keeper =
        """
        trap : INT TERM HUP; pid=$1; shift; "$@" & read -r word
        server=$(head -n 1 "$pid"); kill -CONT "$server" $(cat "/proc/$server/task/$server/children")
        kill -INT "$server"; wait; wait
        [ "$word" = keep ] || rm -rf "${pid%/data/postmaster.pid}"
        """;

    private readonly string _folder;
    private readonly string _pidFile;
    private readonly string[] _command;
    private readonly bool _asRoot;
    private Process? _server;
    private int _databases;

    private PrivatePostgres(string folder, string[] command, bool asRoot, int port)
    {
        _folder = folder;
        _pidFile = PidFile(folder);
        _command = command;
        _asRoot = asRoot;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts a server. Without <paramref name="durable"/> it does not wait for the disk.</summary>
    public static async Task<PrivatePostgres> StartAsync(bool durable = false)
    {
        var binaries = Binaries();
        var asRoot = Environment.UserName == "root";
        var folder = Directory.CreateTempSubdirectory("orel-pg-").FullName;
        if (asRoot) await RunAsync("chown", "postgres", folder);
        var data = Path.Combine(folder, "data");
        await RunAsync(
            AsUser(asRoot, Path.Combine(binaries, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C", "--no-sync"));

        var port = FreePort.Find();
        var fsync = durable ? "on" : "off";
        string[] command = ["sh", "-c", Keeper, "sh", PidFile(folder), .. AsUser(
            asRoot, Path.Combine(binaries, "postgres"), "-D", data, "-h", "127.0.0.1",
            "-p", port.ToString(CultureInfo.InvariantCulture), "-k", folder, "-c", $"fsync={fsync}",
            "-c", $"synchronous_commit={fsync}", "-c", "max_connections=400")];
        var postgres = new PrivatePostgres(folder, command, asRoot, port);
        await postgres.StartAgainAsync();
        return postgres;
    }

    /// <summary>After <see cref="StopAsync"/>: at the same port, with all that was committed.</summary>
    public Task StartAgainAsync()
    {
        _server = Start(_command);
        return WaitUntilReadyAsync(_server);
    }

    /// <summary>Ends every connection and the server.</summary>
    public async Task StopAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not { } server) return;
        await server.StandardInput.WriteLineAsync("keep");
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        server.Dispose();
        _server = null;
    }

    /// <summary>SIGKILL of the server, which its backends notice; all of it has ended when this returns.</summary>
    public async Task KillAsync()
    {
        var all = Processes();
        await ProcessSignals.SendAsync("KILL", [all[0]]);
        await Eventually.IsAsync(
            "PostgreSQL and its backends have ended", () => all.All(ProcessSignals.HasEnded));
        await StopAsync();
    }

    /// <summary>SIGSTOP: connections stay, and nobody answers.</summary>
    public async Task FreezeAsync()
    {
        // The one that starts backends first, so that there are no new ones.
        await ProcessSignals.SendAsync("STOP", [Processes()[0]]);
        await ProcessSignals.SendAsync("STOP", Processes());
    }

    public Task ResumeAsync() => ProcessSignals.SendAsync("CONT", Processes());

    private IReadOnlyList<int> Processes()
    {
        if (!File.Exists(_pidFile)) return [];
        var server = int.Parse(File.ReadLines(_pidFile).First(), CultureInfo.InvariantCulture);
        return [server, .. ProcessSignals.ChildrenOf(server)];
    }

    /// <summary>A new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"orel{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_asRoot) await RunAsync("chown", "-R", "root", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Where the server's own programs are, such as <c>pgbench</c>.</summary>
    public static string Program(string name) => Path.Combine(Binaries(), name);

    private static string PidFile(string folder) => Path.Combine(folder, "data", "postmaster.pid");

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Maximum Pool Size=40";

    private Task WaitUntilReadyAsync(Process server) => Eventually.IsAsync("PostgreSQL answers", async () =>
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException) when (!server.HasExited)
        {
            return false;
        }
    });

    private static string Binaries()
    {
        string?[] named = [Environment.GetEnvironmentVariable("OREL_POSTGRES_BIN")];
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            : [];
        var folders = named.OfType<string>()
            .Concat(installed.OrderDescending(StringComparer.Ordinal))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        return folders.FirstOrDefault(folder =>
                File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
            ?? throw new InvalidOperationException("no PostgreSQL server on this machine: run eng/postgres first");
    }

    // The server refuses to run as root.
    // Not runuser, which stays as the parent, stops itself when the server is frozen, and may do so after that was
    // continued: then nobody would ever see the server end.
    private static string[] AsUser(bool asRoot, params string[] command) => asRoot
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", .. command]
        : command;

    private static Process Start(params string[] command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");

        // Read, or the process stops when the pipe is full.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var errors = new List<string?>();
        process.ErrorDataReceived += (_, line) => errors.Add(line.Data);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}: {string.Join('\n', errors)}");
    }
}
