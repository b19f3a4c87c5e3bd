using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansRelease.Adapters;
using OrleansRelease.Contracts.Json;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Files;
using OrleansRelease.Gateway;
using OrleansRelease.Grains;
using OrleansRelease.Host.Telemetry;
using OrleansRelease.Host.Verbs;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Running;

/// <summary>The server in one process: rules, store, adapters and API.</summary>
internal static class Server
{
    /// <summary>How long a stop waits for calls under way; what is left is taken up at the next start.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    public static Task<int> RunAsync(RunOptions options, CancellationToken cancellation) =>
        RunAsync(options, adapters: null, cancellation);

    /// <summary>With other adapters than the real ones, where they are not what is measured.</summary>
    internal static async Task<int> RunAsync(
        RunOptions options, Action<IServiceCollection>? adapters, CancellationToken cancellation)
    {
        Directory.CreateDirectory(options.DataFolder);
        await using var app = Build(options, adapters);
        using var served = await ServedFolder.TryTakeAsync(options.DataFolder, TimeProvider.System, cancellation)
            ?? throw new Ending.Refused(
                $"a server, or the script of a way back, runs with the data folder {options.DataFolder} already: "
                + "end that first, or use another one");
        // Before the port is free for others: whoever reads the address sends the token there.
        app.Lifetime.ApplicationStopping.Register(served.Withdraw);
        TargetsRecord.Check(app.Services, options);
        await app.StartAsync(cancellation);
        var url = app.Urls.First();
        Store.Announce(app.Services, url);
        served.Announce(url);
        await Console.Out.WriteLineAsync(Logs.Said(options, $"listening on {url}, token in {options.TokenPath}"));
        await app.WaitForShutdownAsync(cancellation);
        // Whoever watches over processes starts it again then, and it finds what it has to look at.
        return app.Services.GetRequiredService<IOpenedStore>().Replaced.IsCancellationRequested
            ? Ending.Bad
            : Ending.Good;
    }

    internal static WebApplication Build(RunOptions options, Action<IServiceCollection>? adapters = null)
    {
        // No arguments and no files: what this process does is on its command line and nowhere else.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "OrleansRelease",
            ContentRootPath = options.DataFolder,
            EnvironmentName = Environments.Production,
        });
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        Logs.AddTo(builder.Logging, options);
        builder.Services.AddSingleton(options).AddSingleton<Readiness>();
        builder.Services.AddSingleton<Drain>()
            .AddSingleton<IHostLifetime>(services => services.GetRequiredService<Drain>());
        // Made when it is first asked for, which is after the lock below.
        builder.Services.AddReleaseGateway(_ => new GatewayOptions
        {
            Token = AdminTokenFile.ReadOrCreate(options.TokenPath),
        });
        MetricsPage.AddTo(builder, options);
        Tracing.AddTo(builder, options);
        if (options.Role == Role.Gateway) AddClient(builder, options);
        else AddSilo(builder, options, adapters ?? (services => AddAdapters(services, options)));
        var app = builder.Build();
        // The store's lock on the folder before anything else: a second start must not get further than this.
        app.Services.GetRequiredService<ILog>();
        app.Use(app.Services.GetRequiredService<Drain>().CloseConnectionsAsync);
        app.MapReleaseGateway(withApi: options.Role != Role.Silo);
        MetricsPage.Map(app);
        Readiness.Map(app);
        return app;
    }

    private static void AddAdapters(IServiceCollection services, RunOptions options) =>
        services.AddReleaseAdapters(new AdaptersOptions { DataFolder = options.TargetsFolder ?? options.DataFolder });

    private static void AddSilo(
        WebApplicationBuilder builder, RunOptions options, Action<IServiceCollection> addAdapters)
    {
        addAdapters(builder.Services);
        builder.UseOrleans(silo =>
        {
            ClusterSettings.AddTo(silo);
            if (options.Postgres is null) OneProcess.Configure(silo, options);
            else Cluster.Configure(silo, options);
            silo.AddReleaseStorage(options.Store);
            silo.AddReleaseStreams(StreamNames.Log);
            silo.AddReleaseGrains();
            if (Tracing.IsWanted(options)) silo.AddActivityPropagation();
        });
    }

    private static void AddClient(WebApplicationBuilder builder, RunOptions options)
    {
        builder.Services.AddReleaseStorage(options.Store);
        builder.Services.AddReleaseContracts();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.UseOrleansClient(client =>
        {
            Cluster.Configure(client, options);
            client.AddOutgoingGrainCallFilter<RepeatedCalls>();
            if (Tracing.IsWanted(options)) client.AddActivityPropagation();
        });
    }
}
