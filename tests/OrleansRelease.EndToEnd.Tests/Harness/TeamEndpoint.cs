using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>One request that has come to the endpoint.</summary>
/// <param name="At">When.</param>
/// <param name="Id">The id that is the same for all attempts at one change.</param>
/// <param name="What">As "deploy 2.0.0" or "undo migrate of 3.0.0".</param>
/// <param name="IsSigned">Whether its signature holds.</param>
internal sealed record Asked(DateTimeOffset At, string Id, string What, bool IsSigned);

/// <summary>
/// A team's own endpoint as docs/reference/webhook.md wants it, without a memory for fences: it verifies, does once
/// what comes under one id, says how far it is at an address of its own, and keeps to the time that it is given.
/// Versions are web servers of this process.
/// </summary>
internal sealed class TeamEndpoint : IAsyncDisposable
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentQueue<Asked> _asked = [];
    private readonly ConcurrentQueue<string> _done = [];
    private readonly ConcurrentDictionary<string, Lazy<Task>> _jobs = new();
    private readonly ConcurrentDictionary<string, int> _polls = new();
    private readonly ConcurrentDictionary<string, TeamInstance> _instances = new();
    private readonly ConcurrentDictionary<string, byte> _silent = new();
    private readonly WebApplication _app;

    private TeamEndpoint()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>As a connection's secret has it.</summary>
    public string Secret => $"whsec_{Convert.ToBase64String(_key)}";

    /// <summary>All that changes something, in the order in which it came.</summary>
    public IReadOnlyList<Asked> Changes => [.. _asked];

    /// <summary>What was really done, in order: each once for each id.</summary>
    public IReadOnlyList<string> Done => [.. _done];

    /// <summary>How often it was asked how far a job is.</summary>
    public int Polls => _polls.Values.Sum();

    /// <summary>How many requests, looks and questions too, were not signed as they must be.</summary>
    public int Unsigned { get; private set; }

    public static async Task<TeamEndpoint> StartAsync()
    {
        var endpoint = new TeamEndpoint();
        await endpoint._app.StartAsync();
        return endpoint;
    }

    /// <summary>The next request for this is heard, and neither done nor answered.</summary>
    public void BeSilentOnce(string what) => _silent[what] = 0;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        foreach (var instance in _instances.Values) await instance.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await ReadAsync(context.Request);
        var isSigned = IsSigned(context.Request.Headers, body);
        if (!isSigned) Unsigned++;
        if (context.Request.Method == HttpMethods.Get) await SayHowFarAsync(context, isSigned);
        else await ChangeOrLookAsync(context, body, isSigned);
    }

    private async Task ChangeOrLookAsync(HttpContext context, byte[] body, bool isSigned)
    {
        using var document = JsonDocument.Parse(body);
        var (json, id) = (document.RootElement, context.Request.Headers["webhook-id"].ToString());
        var (verb, version) = (json.GetProperty("do").GetString(), json.GetProperty("version").GetString()!);
        if (verb == "observe")
        {
            await Answer(context, isSigned ? 200 : 401, isSigned ? Seen(version) : new { title = "not signed" });
            return;
        }

        var what = json.TryGetProperty("hook", out var hook)
            ? $"{verb} {hook.GetString()} of {version}"
            : $"{verb} {version}";
        _asked.Enqueue(new(DateTimeOffset.UtcNow, id, what, isSigned));
        if (!isSigned)
        {
            await Answer(context, 401, new { title = "not signed" });
        }
        else if (_silent.TryRemove(what, out _))
        {
            var gone = new TaskCompletionSource();
            await using var aborted = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        }
        else if (json.GetProperty("notAfter").GetDateTimeOffset() < DateTimeOffset.UtcNow)
        {
            await Answer(context, 408, new { title = "too late" });
        }
        else
        {
            _ = _jobs.GetOrAdd(id, _ => new(() => DoAsync(verb!, version, what))).Value;
            context.Response.Headers.Location = $"/jobs/{id}";
            context.Response.Headers.RetryAfter = "0";
            await Answer(context, 202, new { });
        }
    }

    // Asked for the first time it is never done yet: whoever asks has to ask again.
    private async Task SayHowFarAsync(HttpContext context, bool isSigned)
    {
        var id = context.Request.Path.Value!.Split('/')[^1];
        var job = _jobs.GetValueOrDefault(id);
        var isFirst = _polls.AddOrUpdate(id, 1, (_, polls) => polls + 1) == 1;
        if (!isSigned || job is null)
        {
            await Answer(context, isSigned ? 404 : 401, new { title = "no" });
            return;
        }

        context.Response.Headers.RetryAfter = "0";
        if (!isFirst) await job.Value;
        await Answer(context, isFirst ? 202 : 200, new { });
    }

    private async Task DoAsync(string verb, string version, string what)
    {
        if (verb == "deploy" && !_instances.ContainsKey(version))
            _instances[version] = await TeamInstance.StartAsync(version);
        if (verb == "retire" && _instances.TryRemove(version, out var gone)) await gone.DisposeAsync();
        _done.Enqueue(what);
    }

    private object Seen(string version) => _instances.TryGetValue(version, out var there)
        ? new { wanted = 1, ready = 1, restarts = 0, addresses = new[] { there.Url } }
        : new { wanted = 0, ready = 0, restarts = 0, addresses = Array.Empty<string>() };

    private bool IsSigned(IHeaderDictionary headers, byte[] body)
    {
        var before = $"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.";
        byte[] signed = [.. Encoding.UTF8.GetBytes(before), .. body];
        var expected = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(_key, signed))}";
        return long.TryParse(headers["webhook-timestamp"], out var at)
            && Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - at) < 300
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes($"{headers["webhook-signature"]}"));
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.ToArray();
    }

    private static Task Answer(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body);
    }
}

/// <summary>One version that runs: it counts its users, and one called bad fails them all.</summary>
internal sealed class TeamInstance : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _version;
    private int _requests;

    private TeamInstance(string version)
    {
        _version = version;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Url => _app.Urls.First();

    public static async Task<TeamInstance> StartAsync(string version)
    {
        var instance = new TeamInstance(version);
        await instance._app.StartAsync();
        return instance;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/healthz") return context.Response.WriteAsync("ok");
        if (context.Request.Path == "/version")
        {
            return context.Response.WriteAsJsonAsync(
                new { version = _version, requests = Volatile.Read(ref _requests) });
        }

        Interlocked.Increment(ref _requests);
        context.Response.StatusCode = _version.EndsWith("bad", StringComparison.Ordinal) ? 500 : 200;
        return context.Response.WriteAsync(_version);
    }
}
