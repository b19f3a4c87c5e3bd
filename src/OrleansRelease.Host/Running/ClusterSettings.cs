using Orleans.Configuration;

namespace OrleansRelease.Host.Running;

/// <summary>What every process of a cluster has in common, also where it is the only one.</summary>
internal static class ClusterSettings
{
    public const string ServiceId = "orleansrelease";

    /// <summary>
    /// After a crash this dominates the outage, and every call can be repeated: commands carry ids, effects fences.
    /// </summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>More than this waiting for one of us is refused as busy rather than answered too late.</summary>
    private const int MailboxLimit = 1_000;

    public static void AddTo(ISiloBuilder silo)
    {
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
            // One that comes back alone finds the others in the list and cannot have them voted dead: it waits until
            // they have not said for so long that they live.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            membership.NumMissedTableIAmAliveLimit = 3;
        });
    }
}
