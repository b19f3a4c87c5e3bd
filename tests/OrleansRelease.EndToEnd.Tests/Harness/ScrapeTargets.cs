using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>
/// Tells Prometheus what to scrape (HTTP service discovery): of each service the instances that the router sends users
/// to, of whichever version.
/// </summary>
internal sealed class ScrapeTargets : IAsyncDisposable
{
    private readonly HttpClient _router = new();
    private readonly WebApplication _app;
    private readonly DemoFolder _folder;

    private ScrapeTargets(DemoFolder folder)
    {
        _folder = folder;
        _router.DefaultRequestHeaders.Authorization = new("Bearer", RouterFiles.Token(folder));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            var targets = await TargetsAsync(context.Request.Path.Value!.Trim('/'));
            await context.Response.WriteAsJsonAsync(new[] { new { targets } });
        });
    }

    public static async Task<ScrapeTargets> StartAsync(DemoFolder folder)
    {
        var targets = new ScrapeTargets(folder);
        await targets._app.StartAsync();
        return targets;
    }

    public string AddressOf(Declared declared) => new Uri(new Uri(_app.Urls.First()), $"{declared.Slot}").AbsoluteUri;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _router.Dispose();
    }

    private async Task<IEnumerable<string>> TargetsAsync(string slot)
    {
        var admin = RouterFiles.Read(_folder).Admin.AbsoluteUri.TrimEnd('/');
        using var answer = await _router.GetAsync(new Uri($"{admin}/slots/{slot}"));
        if (!answer.IsSuccessStatusCode) return [];
        var held = await answer.Content.ReadFromJsonAsync<Held>();
        return held!.Addresses.Values.SelectMany(addresses => addresses).Select(address => address.Authority);
    }

    private sealed record Held(Dictionary<string, Uri[]> Addresses);
}
