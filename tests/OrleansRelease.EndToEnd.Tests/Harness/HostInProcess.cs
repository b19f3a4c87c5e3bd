using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansRelease.Adapters;
using OrleansRelease.Files;
using OrleansRelease.Host.Running;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>The server with all that it maps, in this process: its own table of endpoints can be read.</summary>
public sealed class HostInProcess : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-hosted-").FullName;
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    /// <summary>What is said otherwise than usual.</summary>
    internal Func<RunOptions, RunOptions> With { get; init; } = usual => usual;

    /// <summary>Whether connections may be in memory.</summary>
    internal bool WithMemory { get; init; }

    /// <summary>Other adapters than the real ones; null: those.</summary>
    internal Action<IServiceCollection>? Adapters { get; init; }

    public async Task InitializeAsync()
    {
        _app = Server.Build(With(new RunOptions
        {
            DataFolder = _folder,
            Urls = ["http://127.0.0.1:0"],
            LogLevel = LogLevel.Critical,
        }), WithMemory ? AddAdapters : Adapters);
        await _app.StartAsync();
        // Asks as somebody who is in no trace; in this process it would be in the server's own.
        Client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null })
        {
            BaseAddress = new Uri(_app.Urls.First()),
        };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", AdminTokenFile.Read(Path.Combine(_folder, AdminTokenFile.Name)));
    }

    private void AddAdapters(IServiceCollection services) =>
        services.AddReleaseAdapters(new AdaptersOptions { DataFolder = _folder, WithMemory = true });

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
