using System.Collections.Concurrent;
// The project's SDK implies these; tests that compile this file need them written down.
#pragma warning disable IDE0005
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
#pragma warning restore IDE0005

namespace PilotEndpoint;

/// <summary>
/// What really runs: replace this by what your platform does. Here a version is a few web servers of this process, each
/// at a port of its own, so that a router can send requests there.
/// </summary>
public sealed class Instances(int count) : IAsyncDisposable
{
    /// <summary>How many there are of each version.</summary>
    public int Count { get; set; } = count;

    private readonly ConcurrentDictionary<(string Slot, string Version), ConcurrentQueue<WebApplication>> _running = [];

    /// <summary>Starting what runs changes nothing.</summary>
    public async Task StartAsync(string slot, string version)
    {
        var running = _running.GetOrAdd((slot, version), _ => []);
        while (running.Count < Count) running.Enqueue(await OneAsync(version));
    }

    /// <summary>Stopping what does not run changes nothing.</summary>
    public async Task StopAsync(string slot, string version)
    {
        if (!_running.TryRemove((slot, version), out var running)) return;
        foreach (var one in running) await one.DisposeAsync();
    }

    public string[] AddressesOf(string slot, string version) =>
        _running.TryGetValue((slot, version), out var running) ? [.. running.Select(one => one.Urls.First())] : [];

    public async ValueTask DisposeAsync()
    {
        foreach (var (slot, version) in _running.Keys) await StopAsync(slot, version);
    }

    private static async Task<WebApplication> OneAsync(string version)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "instance" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var requests = 0;
        app.Run(context => context.Request.Path.Value switch
        {
            "/healthz" => context.Response.WriteAsync("ok"),
            "/version" => context.Response.WriteAsJsonAsync(new { version, requests = Volatile.Read(ref requests) }),
            _ => AnswerAsync(context, Interlocked.Increment(ref requests)),
        });
        await app.StartAsync();
        return app;

        Task AnswerAsync(HttpContext context, int number) =>
            context.Response.WriteAsync($"{version}: request {number}\n");
    }
}
