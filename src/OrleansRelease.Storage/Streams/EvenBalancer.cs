using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace OrleansRelease.Storage.Streams;

/// <summary>
/// Deals the queues out to the servers in turn, in the order of their addresses. A ring of hashes may give one server
/// seven of eight; Orleans' other balancers want to know the servers beforehand, or a lease for each queue. While two
/// servers see different lists a queue may have two or none of them: a bell comes twice, or a little later.
/// </summary>
internal sealed class EvenBalancer(IServiceProvider services, ILogger<EvenBalancer> logger)
    : QueueBalancerBase(services, logger)
{
    private IReadOnlyList<QueueId> _queues = [];
    private volatile SiloAddress[] _members = [];

    public override Task Initialize(IStreamQueueMapper queueMapper)
    {
        _queues = [.. queueMapper.GetAllQueues()];
        return base.Initialize(queueMapper);
    }

    public override IEnumerable<QueueId> GetMyQueues()
    {
        var members = _members;
        var place = Array.IndexOf(members, SiloAddress);
        return place < 0 ? [] : _queues.Where((_, i) => i % members.Length == place);
    }

    protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos)
    {
        _members = [.. activeSilos.Order()];
        _ = NotifyListeners();
    }
}
