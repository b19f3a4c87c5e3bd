using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OrleansRelease.Host.Demo.Shop;

namespace OrleansRelease.Host.Demo;

/// <summary>
/// The demo's users: a steady number of requests per second, whatever happens, each remembered. What they saw is what
/// the demo's numbers are made from, not what the system says of itself.
/// </summary>
internal sealed partial class Load : IAsyncDisposable
{
    public const string Verb = "demo-users";

    public const int PerSecond = 200;

    /// <summary>The oldest are forgotten above this: far more than a demo lasts.</summary>
    private const int MaxRemembered = 100_000;

    /// <summary>More than this at once are not sent: a version that hangs must not make them endless.</summary>
    private const int MaxAtOnce = 250;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<Served> _served = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _free = new(MaxAtOnce, MaxAtOnce);
    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly TimeProvider _time;
    private readonly int _perSecond;
    private readonly Task _running;

    private Load(Uri url, TimeProvider time, int perSecond)
    {
        (_url, _time, _perSecond) = (url, time, perSecond);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = MaxAtOnce })
        {
            Timeout = Patience,
        };
        _running = RunAsync();
    }

    public static Load Start(Uri url, TimeProvider time, int perSecond = PerSecond) => new(url, time, perSecond);

    /// <summary>Users as a process of their own, for a demo that is kept.</summary>
    public static async Task<int> RunAsync(string root, CancellationToken cancellation)
    {
        await using var load = Start(Manifests.UsersUrl(new DemoFolder(root)), TimeProvider.System);
        await using var shop = ShopManifests.Exist(new DemoFolder(root))
            ? ShopUsers.Everywhere(new DemoFolder(root), TimeProvider.System)
            : new ShopUsers();
        var stopped = new TaskCompletionSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        });
        await stopped.Task.WaitAsync(cancellation);
        return 0;
    }

    /// <summary>All requests that ended since a moment, oldest first.</summary>
    public IReadOnlyList<Served> Since(DateTimeOffset moment)
    {
        lock (_gate)
        {
            var first = _served.FindLastIndex(served => served.At < moment) + 1;
            return _served.GetRange(first, _served.Count - first);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        for (var i = 0; i < MaxAtOnce; i++) await _free.WaitAsync();
        _http.Dispose();
        _free.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Tick, _time);
        var began = _time.GetTimestamp();
        var sent = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var due = (long)(_time.GetElapsedTime(began).TotalSeconds * _perSecond);
                // After a stall of this process the users do not all come at once.
                sent = Math.Max(sent, due - (_perSecond / 10));
                for (; sent < due && await _free.WaitAsync(TimeSpan.Zero); sent++) _ = AskAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The demo is over.
        }
    }

    private async Task AskAsync()
    {
        var began = _time.GetTimestamp();
        try
        {
            using var answer = await _http.GetAsync(_url, _stop.Token);
            var body = await answer.Content.ReadAsStringAsync(_stop.Token);
            Remember(VersionOf(body), (int)answer.StatusCode, began);
        }
        catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException or IOException
            or SocketException)
        {
            if (!_stop.IsCancellationRequested) Remember(Served.Nobody, 0, began);
        }
        finally
        {
            _free.Release();
        }
    }

    private void Remember(string version, int status, long began)
    {
        var served = new Served(_time.GetUtcNow(), version, status, _time.GetElapsedTime(began));
        lock (_gate)
        {
            if (_served.Count >= MaxRemembered) _served.RemoveRange(0, MaxRemembered / 2);
            _served.Add(served);
        }
    }

    // The service answers with its version; the router names it where the service did not answer.
    private static string VersionOf(string body) =>
        Plain().IsMatch(body) ? body
        : DidNotAnswer().Match(body) is { Success: true } match ? match.Groups[1].Value
        : Served.Nobody;

    [GeneratedRegex(@"\A[0-9][0-9A-Za-z.+-]{0,40}\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"version (\S+) did not answer")]
    private static partial Regex DidNotAnswer();
}
