using OrleansRelease.Files;

namespace OrleansRelease.Host.Demo;

/// <summary>All that stands on the demo's scene: the processes, the users, the API and the screen.</summary>
internal sealed class Scene(DemoFolder folder, Screen screen, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The server's name among the processes.</summary>
    public const string Server = "server";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly List<Child> _children = [];
    private Child? _server;
    private Child? _numbers;
    private Child? _router;

    public DemoFolder Folder => folder;

    public Screen Screen => screen;

    public TimeProvider Time => time;

    public ServerApi Api { get; } = new(folder, time);

    /// <summary>What the server is started with besides its folder and address.</summary>
    public IReadOnlyList<string> ServerArguments { get; init; } = [];

    public Load? Users { get; private set; }

    public Load Load => Users ?? throw new InvalidOperationException("nobody uses the service yet");

    public async Task SetUpAsync(string? silentFor, CancellationToken cancellation)
    {
        _router = Begin("router", "router", "--data", folder.Router, "--log", folder.RouterLog);
        var server = StartServer();
        await UntilAsync("the router listens", () => RouterFiles.Exist(folder), cancellation);
        await StartNumbersAsync(silentFor, cancellation);
        await ServerIsReadyAsync(server, cancellation);
    }

    /// <summary>Another router in the place of the first, with its folder and its addresses.</summary>
    public async Task ReplaceRouterAsync(CancellationToken cancellation, params string[] more)
    {
        var (users, admin) = RouterFiles.Read(folder);
        await _router!.StopAsync();
        RouterFiles.Delete(folder);
        _router = Begin(
            "router",
            [
                "router", "--data", folder.Router, "--log", folder.RouterLog, "--urls", users.AbsoluteUri,
                "--admin-urls", admin.AbsoluteUri, .. more,
            ]);
        await UntilAsync("the router listens again", () => RouterFiles.Exist(folder), cancellation);
    }

    public async Task UseAsync(CancellationToken cancellation)
    {
        var url = Manifests.UsersUrl(folder);
        await AnswersAsync(url, cancellation);
        Users = Load.Start(url, time);
    }

    /// <summary>Nobody comes before there is somebody to answer.</summary>
    public async Task AnswersAsync(Uri url, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        var began = time.GetTimestamp();
        while ((await http.GetAsync(url, cancellation)).StatusCode != System.Net.HttpStatusCode.OK)
        {
            if (time.GetElapsedTime(began) > StartsWithin) throw new DemoFailed($"{url} does not answer");
            await Task.Delay(Look, time, cancellation);
        }
    }

    /// <summary>SIGKILL for the server; its number, for the screen.</summary>
    public async Task<int> KillServerAsync()
    {
        var id = _server!.Id;
        await _server.KillAsync();
        return id;
    }

    /// <summary>As who operates it stops it.</summary>
    public Task StopServerAsync() => _server!.StopAsync();

    public async Task RestartServerAsync(CancellationToken cancellation) =>
        await ServerIsReadyAsync(StartServer(), cancellation);

    public bool HasNumbers => _numbers is { IsRunning: true };

    /// <summary>Users go on coming when the demo has ended.</summary>
    public void KeepUsers() => Begin("users", Load.Verb, folder.Root);

    /// <summary>The monitoring is gone, without a word to anybody.</summary>
    public Task KillNumbersAsync() => _numbers!.KillAsync();

    public async Task StartNumbersAsync(string? silentFor, CancellationToken cancellation)
    {
        var where = Path.Combine(folder.Numbers, NumbersServer.UrlFileName);
        // The manifests name the address, so a monitoring that is started again takes the one it had.
        string[] same = File.Exists(where) ? ["--url", NumbersUrl.AbsoluteUri] : [];
        string[] silent = silentFor is null ? [] : ["--silent", silentFor];
        File.Delete(where);
        _numbers = Begin("numbers", [NumbersServer.Verb, folder.Root, .. silent, .. same]);
        await UntilAsync("the monitoring listens", () => File.Exists(where), cancellation);
    }

    public Uri NumbersUrl => new(File.ReadAllText(Path.Combine(folder.Numbers, NumbersServer.UrlFileName)));

    public Task UntilAsync(string what, Func<bool> isSo, CancellationToken cancellation) =>
        UntilAsync(what, () => Task.FromResult(isSo()), cancellation);

    public async Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (!await isSo())
        {
            if (time.GetElapsedTime(began) > StartsWithin)
                throw new DemoFailed($"waited {StartsWithin.TotalSeconds} s in vain until {what}; see {folder.Logs}");
            await Task.Delay(Look, time, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Users is { } users) await users.DisposeAsync();
        Api.Dispose();
        foreach (var child in _children) child.Dispose();
    }

    private Child StartServer() => _server = Begin(
        Server, ["run", "--data", folder.Server, "--urls", "http://127.0.0.1:0", .. ServerArguments]);

    private Task ServerIsReadyAsync(Child server, CancellationToken cancellation) => UntilAsync(
        "the server is ready",
        () => server.IsRunning
            ? ServedFolder.UrlOf(folder.Server) is not null
            : throw new DemoFailed($"the server has ended; see {folder.Logs}"),
        cancellation);

    private Child Begin(string name, params IReadOnlyList<string> arguments)
    {
        var child = Child.Start(folder, name, arguments);
        _children.Add(child);
        return child;
    }
}
