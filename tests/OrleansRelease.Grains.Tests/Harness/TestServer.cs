using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Storage;
using OrleansRelease.Adapters.Hooks;
using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Adapters.Monitors;
using OrleansRelease.Adapters.Targets.Memory;
using OrleansRelease.Adapters.Traces.Memory;
using OrleansRelease.Adapters.Traffic.Memory;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Wakeups;
using OrleansRelease.Ports.Hooks;
using OrleansRelease.Ports.Metrics;
using OrleansRelease.Ports.Monitors;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traces;
using OrleansRelease.Ports.Traffic;
using OrleansRelease.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>The outside world; it outlives the servers that act on it.</summary>
internal sealed class World
{
    public MemoryTarget Target { get; } = new();

    public MemoryTraffic Traffic { get; } = new();

    public MemoryHooks Hooks { get; } = new();

    public MemoryMetrics Metrics { get; } = new() { Numbers = (query, _) => Rollouts.Errors(query) };

    public MemoryTraces Traces { get; } = new();

    /// <summary>What servers see of what monitors check, unless one has eyes of its own.</summary>
    public MemoryChecks Checks { get; } = new();

    /// <summary>Stands before the target, to hang.</summary>
    public ITarget? Instead { get; set; }

    /// <summary>Stands before the router.</summary>
    public ITraffic? InsteadOfTraffic { get; set; }
}

/// <summary>
/// One real server in this process: silo, store, runners and keeper, over an outside world in memory.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly IPEndPoint _first;

    private TestServer(IHost host, IPEndPoint first) => (_host, _first) = (host, first);

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public IGrainStorage Rows => _host.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Rows);

    /// <summary>One of its own, or one more beside another, which has to outlive it.</summary>
    public static async Task<TestServer> StartAsync(
        StorageOptions store, World world, NthFaults? faults = null, Action<IServiceCollection>? more = null,
        TestServer? beside = null, bool streams = true)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var (siloPort, gatewayPort) = (FreePort.Find(), FreePort.Find());
        var first = beside?._first ?? new IPEndPoint(IPAddress.Loopback, siloPort);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, first);
            silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("tests", "tests"));
            silo.AddReleaseStorage(store);
            if (streams) silo.AddReleaseStreams(StreamNames.Log);
            silo.Services.AddSingleton(new WakeOptions { Interval = TimeSpan.FromMilliseconds(500) });
            silo.Services.AddSingleton(new RunnerOptions { Drain = TimeSpan.FromMilliseconds(100) });
            silo.Services.AddSingleton(world.Instead ?? world.Target);
            silo.Services.AddSingleton(world.InsteadOfTraffic ?? world.Traffic);
            silo.Services.AddSingleton<IMetrics>(world.Metrics);
            silo.Services.AddSingleton<IMetricRanges>(world.Metrics);
            silo.Services.AddSingleton<ITraces>(world.Traces);
            silo.Services.AddSingleton<IHooks>(world.Hooks);
            silo.Services.AddSingleton<IChecks>(world.Checks);
            more?.Invoke(silo.Services);
            if (faults is not null) FaultyRows.Wrap(silo.Services, faults);
            silo.AddReleaseGrains();
        });
        var server = new TestServer(builder.Build(), first);
        await server._host.StartAsync();
        return server;
    }

    /// <summary>As good as killed: nothing is given time to end.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _host.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // That is what was asked for.
        }

        await DisposeServicesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await DisposeServicesAsync();
    }

    private async Task DisposeServicesAsync()
    {
        if (_host is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
        else _host.Dispose();
    }
}
