using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Bells;
using OrleansRelease.Storage.Clock;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Doctor;
using OrleansRelease.Storage.Exchanges;
using OrleansRelease.Storage.Formats;
using OrleansRelease.Storage.Queries;
using OrleansRelease.Storage.Restoring;
using OrleansRelease.Storage.Rows;

namespace OrleansRelease.Storage;

/// <summary>Adds the store to a process; asking twice changes nothing.</summary>
public static class StorageHosting
{
    /// <summary>The ports, and the provider <see cref="StorageNames.Rows"/> that writes what they read.</summary>
    public static ISiloBuilder AddReleaseStorage(this ISiloBuilder silo, StorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(options);
        var services = silo.Services.AddReleaseStorage(options);
        if (services.Any(known => known.IsKeyedService && StorageNames.Rows.Equals(known.ServiceKey))) return silo;

        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, StoreStart>();
        if (options.Writer == StorageWriter.AdoNet) services.AddAdoNetRows();
        else services.AddGroupCommitRows();
        return silo;
    }

    /// <summary>The ports only: for a process that has no grains.</summary>
    public static IServiceCollection AddReleaseStorage(this IServiceCollection services, StorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => Store.Open(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<RestoreNotice>()));
        services.TryAddSingleton<RestoreNotice>();
        services.TryAddSingleton(options.Formats);
        services.TryAddSingleton<StoreFormat>();
        services.TryAddSingleton<IStoreFormat>(provider => provider.GetRequiredService<StoreFormat>());
        services.TryAddSingleton(provider => provider.GetRequiredService<Database>().Opened);
        services.TryAddSingleton<IOpenedStore, OpenedStore>();
        services.TryAddSingleton<StoreClock>();
        services.TryAddSingleton<IStoreClock>(provider => provider.GetRequiredService<StoreClock>());
        services.TryAddSingleton<ISpecs, StoredSpecs>();
        services.TryAddSingleton<IRows, StoredRows>();
        services.TryAddSingleton<ILog, StoredLog>();
        services.TryAddSingleton<Doorbell>();
        services.TryAddSingleton<IDoorbell>(provider => provider.GetRequiredService<Doorbell>());
        services.TryAddSingleton<IWakeIndex, WakeIndex>();
        services.TryAddSingleton<ISystemReports, SystemReports>();
        services.TryAddSingleton<IFreezes, StoredFreezes>();
        services.TryAddSingleton<ITotals, StoredTotals>();
        services.TryAddSingleton<IStandings, StoredStandings>();
        services.TryAddSingleton<IPastRollouts, StoredPastRollouts>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StoreExchange>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, Notifications>());
        return services;
    }

    private static void AddGroupCommitRows(this IServiceCollection services) =>
        services.AddRows(provider => provider.GetRequiredService<Database>() switch
        {
            Sqlite embedded => new SqliteGroupCommit(embedded),
            PostgreSql database => new PostgreSqlGroupCommit(database),
            _ => throw new System.Diagnostics.UnreachableException(),
        });

    private static void AddAdoNetRows(this IServiceCollection services)
    {
        services.AddAdoNetGrainStorage(AdoNetRows.Inner, options => options
            .Configure<Database>((adoNet, database) =>
            {
                adoNet.Invariant = database.Invariant;
                adoNet.ConnectionString = database.ConnectionString;
                adoNet.GrainStorageSerializer = new FrameSerializer();
            }));
        services.AddRows(provider => new AdoNetRows(
            provider.GetRequiredKeyedService<IGrainStorage>(AdoNetRows.Inner),
            provider.GetRequiredService<Database>()));
    }

    // Whoever writes, it rings afterwards.
    private static void AddRows(this IServiceCollection services, Func<IServiceProvider, IGrainStorage> writer) =>
        services.AddKeyedSingleton<IGrainStorage>(StorageNames.Rows, (provider, _) =>
            new RingingRows(writer(provider), provider.GetRequiredService<Doorbell>()));
}
