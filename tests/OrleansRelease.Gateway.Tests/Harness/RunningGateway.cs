using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using OrleansRelease.Adapters;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Grains;
using OrleansRelease.Storage;

namespace OrleansRelease.Gateway.Tests.Harness;

/// <summary>The real pipeline on a free port, with everything real behind it but what runs and is measured.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    public const string Token = "vYp3-only-for-tests-83hWq";

    /// <summary>As a server has it.</summary>
    public const int MailboxLimit = 1_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("orel-gateway-").FullName;
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = null!;

    public HttpClient Anonymous { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    internal KeptLog Logged { get; } = new();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(Logged).SetMinimumLevel(LogLevel.Debug)
            .AddFilter("Orleans", LogLevel.Warning);
        builder.Services.AddReleaseAdapters(new AdaptersOptions { DataFolder = _folder, WithMemory = true });
        builder.Services.AddReleaseGateway(new GatewayOptions { Token = Token, Heartbeat = TimeSpan.FromSeconds(1) });
        builder.Host.UseOrleans(AddSilo);
        _app = builder.Build();
        _app.MapReleaseGateway();
        // Endpoints that the gateway does not have: what it does with others' and with exceptions.
        var others = _app.MapGroup("").ExcludeFromDescription();
        others.MapGet("/health/live", () => "live").AllowAnonymous();
        others.MapPost("/failing/timeout", Failing.Timeout);
        others.MapGet("/failing/timeout", Failing.Timeout);
        others.MapGet("/failing/bug", Failing.Bug);
        await _app.StartAsync();
        Anonymous = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        Client = new HttpClient { BaseAddress = Anonymous.BaseAddress };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        Anonymous.Dispose();
        await _app!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void AddSilo(ISiloBuilder silo)
    {
        var port = FreePort.Find();
        silo.UseLocalhostClustering(
            siloPort: port, gatewayPort: 0, primarySiloEndpoint: new IPEndPoint(IPAddress.Loopback, port));
        silo.Configure<EndpointOptions>(endpoint =>
            endpoint.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, port));
        silo.AddReleaseStorage(StorageOptions.Embedded(_folder));
        silo.AddReleaseGrains();
        silo.AddReleaseStreams(StreamNames.Log);
        silo.Configure<SiloMessagingOptions>(calls => calls.MaxEnqueuedRequestsHardLimit = MailboxLimit);
        silo.Services.AddSingleton<HeldCalls>()
            .AddSingleton<IIncomingGrainCallFilter>(services => services.GetRequiredService<HeldCalls>());
    }

    private static class Failing
    {
        public const string Detail = "database password is hunter2";

        public static IResult Timeout() => throw new TimeoutException(Detail);

        public static IResult Bug() => throw new InvalidOperationException(Detail);
    }
}

[CollectionDefinition(Name)]
public sealed class GatewayCollection : ICollectionFixture<RunningGateway>
{
    public const string Name = "gateway";
}
