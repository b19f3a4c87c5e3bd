using System.Diagnostics;
using System.Net.Sockets;
using OrleansRelease.Files;
using OrleansRelease.Host.Running;

namespace OrleansRelease.LoadTests.Failover;

/// <summary>A server in a process of its own, with its folder; it can be killed, stopped and started again.</summary>
/// <param name="root">Where all of a run is.</param>
/// <param name="name">Its name, and that of its folder.</param>
/// <param name="role">What it does.</param>
/// <param name="connection">Of its store.</param>
/// <param name="world">The address of the outside world; null: one in which all goes well at once.</param>
internal sealed class Member(string root, string name, Role role, string connection, string? world = null)
    : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(4) };

    private readonly string _folder = Path.Combine(root, name);

    private Process? _process;

    public string Url => ServedFolder.UrlOf(_folder) ?? throw new InvalidOperationException($"{name} does not listen");

    private string Log => Path.Combine(root, name + ".log");

    /// <summary>Starts it and waits until it says that it is ready: how long that took.</summary>
    public async Task<TimeSpan> StartAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        // The shell becomes the server, so that its id is the server's.
        _process = Process.Start(
            "/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", Log, .. Command()]);
        using var timer = new PeriodicTimer(Look);
        while (!await IsReadyAsync(cancellation))
        {
            if (_process!.HasExited) throw new MemberEndedException($"{name} has ended, see {Log}");
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"{name} is not ready after {Patience.TotalSeconds} s, see {Log}");
            await timer.WaitForNextTickAsync(cancellation);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>As the machine's death would.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Asks it to stop and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_process is not { } process) return;
        using (var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {process.Id}"]))
            await kill.WaitForExitAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        if (ServedFolder.UrlOf(_folder) is not { } url) return false;
        try
        {
            using var answer = await _http.GetAsync($"{url}/health/ready", cancellation);
            return answer.IsSuccessStatusCode;
        }
        // Whoever does not answer in time is not ready.
        catch (Exception away) when (away is HttpRequestException or SocketException
            || (away is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private List<string> Command() =>
    [
        .. OwnProgram(), MemberCommand.Name, "--data", _folder, "--postgres", connection,
        "--token-file", Path.Combine(root, "token"), "--role", role.ToString(),
        .. world is null ? Array.Empty<string>() : ["--world", world],
    ];

    private static List<string> OwnProgram()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, Path.Combine(AppContext.BaseDirectory, "OrleansRelease.LoadTests.dll")]
            : [process];
    }
}

/// <summary>A server gave up while it started.</summary>
/// <param name="message">Which one, and where its log is.</param>
internal sealed class MemberEndedException(string message) : Exception(message);
