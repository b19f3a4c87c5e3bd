using System.Net;
using Orleans.Configuration;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Running;

/// <summary>On a PostgreSQL database any number of processes find one another by its list of members.</summary>
internal static class Cluster
{
    private const string Driver = "Npgsql";

    public static void Configure(ISiloBuilder silo, RunOptions options)
    {
        silo.UseAdoNetClustering(list =>
            (list.Invariant, list.ConnectionString) = (Driver, options.Store.ConnectionString));
        silo.UseAdoNetReminderService(reminders =>
            (reminders.Invariant, reminders.ConnectionString) = (Driver, options.Store.ConnectionString));
        silo.Services.AddSingleton(options.Wakes with { RemindEvery = TimeSpan.FromMinutes(1) });
        IdentifyAs(silo.Services);
        // Chosen when the silo starts, which is after the folder was taken: a start that is refused changes no port.
        silo.Configure<EndpointOptions>(endpoint =>
        {
            var ports = ClusterPorts.Of(options);
            endpoint.AdvertisedIPAddress = options.ClusterAddress;
            (endpoint.SiloPort, endpoint.GatewayPort) = (ports.Members, ports.Clients);
            endpoint.SiloListeningEndpoint = new IPEndPoint(options.ClusterAddress, ports.Members);
            endpoint.GatewayListeningEndpoint = new IPEndPoint(options.ClusterAddress, ports.Clients);
        });
        silo.Configure<SiloOptions>(known => known.SiloName = RunOptions.ServerName);
    }

    public static void Configure(IClientBuilder client, RunOptions options)
    {
        client.UseAdoNetClustering(list =>
            (list.Invariant, list.ConnectionString) = (Driver, options.Store.ConnectionString));
        IdentifyAs(client.Services);
        client.Configure<ClientMessagingOptions>(messaging =>
            messaging.ResponseTimeout = ClusterSettings.ResponseTimeout);
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        // Who decides may not be there yet, or not just now.
        client.UseConnectionRetryFilter(async (_, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            return true;
        });
    }

    private static void IdentifyAs(IServiceCollection services) => services.AddOptions<ClusterOptions>()
        .Configure<StoreIdentity>((cluster, store) =>
            (cluster.ServiceId, cluster.ClusterId) = (ClusterSettings.ServiceId, store.Cluster));
}
