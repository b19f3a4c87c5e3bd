using System.Net;
using Orleans.Configuration;
using OrleansRelease.Grains;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Running;

/// <summary>Orleans as one process needs it: no fixed port, nobody else to find, short answers.</summary>
internal static class OneProcess
{
    /// <summary>
    /// After a crash this dominates the outage, and every call can be repeated: commands carry ids, effects fences.
    /// </summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>More than this waiting for one of us is refused as busy rather than answered too late.</summary>
    private const int MailboxLimit = 1_000;

    public static void Configure(ISiloBuilder silo, StorageOptions store)
    {
        var port = FreePort.Find();
        silo.UseLocalhostClustering(
            siloPort: port, gatewayPort: 0, primarySiloEndpoint: new IPEndPoint(IPAddress.Loopback, port),
            serviceId: "orleansrelease", clusterId: "one-process");
        silo.Configure<EndpointOptions>(endpoint =>
            endpoint.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, port));
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = ResponseTimeout;
            messaging.MaxEnqueuedRequestsHardLimit = MailboxLimit;
            messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker = MailboxLimit;
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 3;
            membership.NumVotesForDeathDeclaration = 2;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        });
        silo.AddReleaseStorage(store);
        silo.AddReleaseGrains();
    }
}
