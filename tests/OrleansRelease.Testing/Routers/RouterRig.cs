using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Files;
using OrleansRelease.Router;

namespace OrleansRelease.Testing.Routers;

/// <summary>A router over a folder of its own, which can be started again on the same ports.</summary>
public sealed class RouterRig : IAsyncDisposable
{
    public const string Slot = "checkout.production";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly TimeSpan? _streamIdle;
    private readonly TimeSpan _firstLook;
    private readonly string _folder = Directory.CreateTempSubdirectory("router-").FullName;
    private RunningRouter? _router;

    private RouterRig(TimeProvider time, TimeSpan? streamIdle, TimeSpan firstLook) =>
        (_time, _streamIdle, _firstLook) = (time, streamIdle, firstLook);

    public HttpClient Users { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public string Folder => _folder;

    public string TokenFile => Path.Combine(_folder, AdminTokenFile.Name);

    public string LogFile => Path.Combine(_folder, "events.jsonl");

    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    public Uri AdminUrl { get; private set; } = new("http://127.0.0.1:0");

    public RunningRouter Router => _router!;

    /// <summary>
    /// A machine that runs many tests at once is slow to answer a first look, and that says nothing of a router: it has
    /// <see cref="Patience"/> unless told otherwise.
    /// </summary>
    public static async Task<RouterRig> StartAsync(
        TimeProvider? time = null, TimeSpan? streamIdle = null, TimeSpan? firstLook = null)
    {
        var rig = new RouterRig(time ?? TimeProvider.System, streamIdle, firstLook ?? Patience);
        await rig.StartRouterAsync(RouterFault.None);
        return rig;
    }

    public async Task RestartAsync(RouterFault fault = RouterFault.None)
    {
        await StopAsync();
        await StartRouterAsync(fault);
    }

    public async Task StopAsync()
    {
        if (_router is not null) await _router.DisposeAsync();
        _router = null;
    }

    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, string? token = null)
    {
        var request = new HttpRequestMessage(method, AdminUrl + path) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token ?? File.ReadAllText(TokenFile)}");
        return Users.SendAsync(request);
    }

    public Task<HttpResponseMessage> PutAsync(
        Fence fence, params (string Version, int Weight, Uri[] Addresses)[] versions) =>
        PutAsync(firstLook: null, fence, versions);

    public Task<HttpResponseMessage> PutAsync(
        object? firstLook, Fence fence, params (string Version, int Weight, Uri[] Addresses)[] versions) =>
        PutTextAsync(Vocabulary.Write(new
        {
            fence,
            firstLook,
            weights = versions.ToDictionary(one => one.Version, one => one.Weight),
            addresses = versions.ToDictionary(one => one.Version, one => one.Addresses),
        }));

    public Task<HttpResponseMessage> PutTextAsync(string body, string slot = Slot) =>
        SendAsync(HttpMethod.Put, $"slots/{slot}", new StringContent(body, Encoding.UTF8));

    public async Task<JsonElement> GetAsync(string path = $"slots/{Slot}")
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>What a user gets: the answering version as the sample upstreams say it.</summary>
    public async Task<string[]> AskAsync(int times)
    {
        var answers = new string[times];
        for (var i = 0; i < times; i++) answers[i] = await Users.GetStringAsync(new Uri(Url, $"/{Slot}/"));
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Users.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartRouterAsync(RouterFault fault)
    {
        var options = new RouterOptions
        {
            DataFolder = _folder,
            Urls = [Url.ToString()],
            AdminUrls = [AdminUrl.ToString()],
            LogFile = LogFile,
            Fault = fault,
            FirstLookTimeout = _firstLook,
        };
        _router = await RunningRouter.StartAsync(
            options with { StreamIdleTimeout = _streamIdle ?? options.StreamIdleTimeout }, _time,
            CancellationToken.None);
        (Url, AdminUrl) = (_router.Url, _router.AdminUrl);
    }
}
