using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;

namespace OrleansRelease.Testing;

/// <summary>A store as a silo has it, registered by the one entry point, without the rest of a silo.</summary>
public sealed class OpenStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly SiloLifecycleSubject _lifecycle;

    private OpenStore(ServiceProvider services)
    {
        _services = services;
        _lifecycle = new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance);
    }

    public IGrainStorage Storage => _services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Rows);

    public IRows Rows => Get<IRows>();

    public ILog Log => Get<ILog>();

    public ISpecs Specs => Get<ISpecs>();

    public IWakeIndex Wakes => Get<IWakeIndex>();

    public IStoreClock Clock => Get<IStoreClock>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<OpenStore> StartAsync(StorageOptions options, TimeProvider? time = null)
    {
        var silo = new Silo();
        silo.Services.AddSerializer();
        silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        silo.Services.Configure<ClusterOptions>(cluster => cluster.ServiceId = "tests");
        if (time is not null) silo.Services.AddSingleton(time);
        silo.AddReleaseStorage(options);
        var store = new OpenStore(silo.Services.BuildServiceProvider());
        try
        {
            foreach (var participant in store._services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
                participant.Participate(store._lifecycle);
            await store._lifecycle.OnStart(CancellationToken.None);
        }
        catch
        {
            await store._services.DisposeAsync();
            throw;
        }

        return store;
    }

    public async ValueTask DisposeAsync()
    {
        await _lifecycle.OnStop(CancellationToken.None);
        await _services.DisposeAsync();
    }

    private sealed class Silo : ISiloBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public Microsoft.Extensions.Configuration.IConfiguration Configuration { get; } =
            new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build();
    }
}
