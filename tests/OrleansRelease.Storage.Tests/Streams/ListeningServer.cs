using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Storage;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Streams;

/// <summary>A silo with the store and its streams, and grains that listen.</summary>
internal sealed class ListeningServer : IAsyncDisposable
{
    private readonly IHost _host;

    private ListeningServer(IHost host, int port) => (_host, Port) = (host, port);

    public int Port { get; }

    public Journal Journal => _host.Services.GetRequiredService<Journal>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IGrainStorage Rows => _host.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Rows);

    public ILog Log => _host.Services.GetRequiredService<ILog>();

    public static async Task<ListeningServer> StartAsync(
        StorageOptions store, Journal journal, ListeningServer? first = null)
    {
        var port = FreePort.Find();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(
                port, FreePort.Find(), new IPEndPoint(IPAddress.Loopback, first?.Port ?? port));
            silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("bells", "bells"));
            silo.Configure<SiloMessagingOptions>(calls => calls.ResponseTimeout = TimeSpan.FromSeconds(5));
            silo.Services.AddSingleton(journal);
            silo.AddReleaseStorage(store);
            silo.AddReleaseStreams(StreamNames.Log);
        });
        var server = new ListeningServer(builder.Build(), port);
        await server._host.StartAsync();
        return server;
    }

    /// <summary>A source that rings with each of its writes.</summary>
    public Source Of(string key) => new(new GrainRow(Rows, key), Journal);

    /// <summary>How many queues each server reads.</summary>
    public async Task<int[]> QueuesAsync() =>
    [
        .. (await Grains.GetGrain<IManagementGrain>(0).SendControlCommandToProvider<PersistentStreamProvider>(
                StreamNames.Log, (int)PersistentStreamProviderCommand.GetNumberRunningAgents, null))
            .Cast<int>(),
    ];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
    }

    internal sealed class Source(GrainRow row, Journal journal)
    {
        private readonly Dictionary<string, long> _last = [];

        /// <summary>Rings listeners; the time at which that was durable.</summary>
        public async Task<long> RingAsync(params string[] listeners)
        {
            await row.WriteAsync(
                at: TimeProvider.System.GetUtcNow(),
                rings: [.. listeners.Select(one =>
                    new Ring(ListeningGrain.Kind, one, _last.GetValueOrDefault(one)))]);
            foreach (var one in listeners) _last[one] = row.Sequence;
            return Stopwatch.GetTimestamp();
        }

        /// <summary>Rings one listener and waits for it; how long it took.</summary>
        public async Task<TimeSpan> RingAndHearAsync(string listener)
        {
            var began = await RingAsync(listener);
            var heard = await Eventually.IsAsync(
                $"{listener} hears {row}",
                () => Task.FromResult(journal.Of(listener).FirstOrDefault(one => one.Bell.Sequence == row.Sequence)),
                one => one.Bell is not null);
            var took = Stopwatch.GetElapsedTime(began, heard.At);
            return took < TimeSpan.Zero ? TimeSpan.Zero : took;
        }
    }
}
