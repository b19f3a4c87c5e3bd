using System.Diagnostics;
using System.Globalization;

namespace OrleansRelease.Testing;

/// <summary>
/// A Prometheus server of this test run's own: in a temporary folder, on a free loopback port, gone at the end.
/// </summary>
public sealed class PrivatePrometheus : IAsyncDisposable
{
    // Ends the server when its input ends: on our word, or with this process however that ends. Ctrl-C, which reaches
    // the keeper too, must not end it before the server. Without our word nobody comes back to the folder.
    private const string Keeper =
        """
        trap : INT TERM HUP; folder=$1; shift; "$@" & server=$!; read -r word
        kill -KILL $server; wait; [ "$word" = keep ] || rm -rf "$folder"
        """;

    private readonly string _folder;
    private readonly int _port = FreePort.Find();
    private readonly bool _isTls;
    private Process? _keeper;

    private PrivatePrometheus(string folder, bool isTls) => (_folder, _isTls) = (folder, isTls);

    public Uri Url => new($"{(_isTls ? "https" : "http")}://127.0.0.1:{_port}");

    /// <param name="targets">
    /// The jobs, and of each the <c>host:port</c> of its one target or the address that lists its targets (HTTP service
    /// discovery); scraped every second.
    /// </param>
    /// <param name="web">What <c>--web.config.file</c> says; null for a server without TLS and authentication.</param>
    /// <param name="files">Written beside it, by name: certificates and keys.</param>
    /// <param name="past">
    /// What it knows already when it starts, as OpenMetrics with times; it forgets what is older than 15 days.
    /// </param>
    public static async Task<PrivatePrometheus> StartAsync(
        IReadOnlyDictionary<string, string> targets, string? web = null,
        IReadOnlyDictionary<string, string>? files = null, string? past = null)
    {
        var folder = Directory.CreateTempSubdirectory("orel-prometheus-").FullName;
        var jobs = targets.Select(target => $"  - {{job_name: {target.Key}, {Discovery(target.Value)}}}\n");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prometheus.yml"),
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n" + string.Concat(jobs));
        foreach (var (name, content) in files ?? new Dictionary<string, string>())
            await File.WriteAllTextAsync(Path.Combine(folder, name), content);
        if (web is not null) await File.WriteAllTextAsync(Path.Combine(folder, "web.yml"), web);
        if (past is not null) await RememberAsync(folder, past);
        var prometheus = new PrivatePrometheus(
            folder, web?.Contains("tls_server_config", StringComparison.Ordinal) is true);
        await prometheus.StartAgainAsync();
        if (past is not null) await Eventually.IsAsync("Prometheus has read its past", prometheus.IsReadyAsync);
        return prometheus;
    }

    /// <summary>At the same port, with all that it has stored.</summary>
    public async Task StartAgainAsync()
    {
        var web = Path.Combine(_folder, "web.yml");
        var start = new ProcessStartInfo("sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        string[] arguments =
        [
            "-c", Keeper, "sh", _folder, await Repository.ProgramAsync("prometheus"),
            "--config.file", Path.Combine(_folder, "prometheus.yml"),
            "--storage.tsdb.path", Path.Combine(_folder, "data"), "--log.level", "warn", "--web.listen-address",
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}"),
            .. File.Exists(web) ? new[] { "--web.config.file", web } : [],
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _keeper = Process.Start(start) ?? throw new InvalidOperationException("sh did not start");
        // Read, or the server stops when the pipe is full.
        _keeper.BeginOutputReadLine();
        _keeper.BeginErrorReadLine();
        await Eventually.IsAsync("Prometheus listens", IsListeningAsync);
    }

    /// <summary>SIGKILL; what it has stored stays.</summary>
    public Task StopAsync() => EndAsync("keep");

    public async ValueTask DisposeAsync()
    {
        await EndAsync("end");
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static async Task RememberAsync(string folder, string past)
    {
        var file = Path.Combine(folder, "past.txt");
        await File.WriteAllTextAsync(file, past);
        var (exit, said) = await Promtool.RunAsync(
            "", "tsdb", "create-blocks-from", "openmetrics", file, Path.Combine(folder, "data"));
        if (exit != 0) throw new InvalidOperationException($"the past could not be written: {said}");
        File.Delete(file);
    }

    private static string Discovery(string target) => target.StartsWith("http://", StringComparison.Ordinal)
        ? $"http_sd_configs: [{{url: '{target}', refresh_interval: 1s}}]"
        : $"static_configs: [{{targets: ['{target}']}}]";

    private async Task EndAsync(string word)
    {
        if (_keeper is not { } keeper) return;
        _keeper = null;
        await keeper.StandardInput.WriteLineAsync(word);
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(Url, "/-/ready"));
        return answer.IsSuccessStatusCode;
    }

    private async Task<bool> IsListeningAsync()
    {
        using var socket = new System.Net.Sockets.TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", _port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
