using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.LoadTests.Failures;

/// <summary>
/// Between the server and the router's admin endpoint. It passes on what it gets, but that it lets a change hang that
/// takes all requests from a version, as often as it was told to.
/// </summary>
internal sealed class RouterProxy : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<string, int> _left = new();
    private readonly WebApplication _app;
    private readonly Uri _router;
    private readonly string _version;
    private int _hung;

    private RouterProxy(WebApplication app, Uri router, string version) =>
        (_app, _router, _version) = (app, router, version);

    public Uri Url => new(_app.Urls.First());

    /// <summary>How many changes have hung until now.</summary>
    public int Hung => _hung;

    /// <param name="router">Whom it speaks to.</param>
    /// <param name="version">The version that the changes are about.</param>
    public static async Task<RouterProxy> StartAsync(Uri router, string version)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var proxy = new RouterProxy(app, router, version);
        app.Run(proxy.TakeAsync);
        await app.StartAsync();
        return proxy;
    }

    public void LetHang(SlotKey slot, int times) => _left[$"{slot}"] = times;

    public void LetPass() => _left.Clear();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (Hangs(context.Request, body.ToArray()))
        {
            // Until whoever asks gives up, or is no more.
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var at = new Uri(_router, context.Request.Path + context.Request.QueryString);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), at);
        if (body.Length > 0) request.Content = new ByteArrayContent(body.ToArray());
        foreach (var header in context.Request.Headers.Where(header => header.Key != "Host"))
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, [.. header.Value]))
                request.Content?.Headers.TryAddWithoutValidation(header.Key, [.. header.Value]);
        }

        using var answer = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private bool Hangs(HttpRequest request, byte[] body)
    {
        var slot = request.Path.Value!.Split('/') is ["", "slots", var name] ? name : "";
        if (!HttpMethods.IsPut(request.Method) || !_left.TryGetValue(slot, out var left) || left == 0) return false;
        if (!TakesBack(body) || !_left.TryUpdate(slot, left - 1, left)) return false;
        Interlocked.Increment(ref _hung);
        return true;
    }

    private bool TakesBack(byte[] body)
    {
        using var read = JsonDocument.Parse(body);
        return read.RootElement.TryGetProperty("weights", out var weights)
            && weights.TryGetProperty(_version, out var weight) && weight.GetInt32() == 0;
    }
}
