using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansRelease.Testing.Routers;

/// <summary>One real instance of a version on loopback, which counts its users' requests itself.</summary>
public sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte> _connections = new();
    private long _requests;

    private Upstream(string version)
    {
        Version = version;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "upstream" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>What it says that it is.</summary>
    public string Version { get; set; }

    /// <summary>Where it says it.</summary>
    public string VersionPath { get; set; } = "/version";

    public Func<HttpContext, Task>? Answer { get; set; }

    public long Requests
    {
        get => Interlocked.Read(ref _requests);
        set => Interlocked.Exchange(ref _requests, value);
    }

    /// <summary>How many connections have brought a request of whatever kind.</summary>
    public int Connections => _connections.Count;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public static async Task<Upstream> StartAsync(string version)
    {
        var upstream = new Upstream(version);
        await upstream._app.StartAsync();
        upstream.Address = new Uri(upstream._app.Urls.First());
        return upstream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task HandleAsync(HttpContext context)
    {
        _connections.TryAdd(context.Connection.Id, 0);
        if (context.Request.Path == VersionPath)
            return context.Response.WriteAsJsonAsync(new { version = Version, requests = Requests });
        Interlocked.Increment(ref _requests);
        return Answer?.Invoke(context) ?? context.Response.WriteAsync(Version);
    }
}
