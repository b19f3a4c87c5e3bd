using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime.Services;
using OrleansRelease.Contracts.Monitors;
using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Grains.Monitors;

/// <summary>
/// Answers other servers what this one sees. What is logged of its place in the cluster is of no use to anybody.
/// </summary>
internal sealed class SecondOpinion(GrainId id, Silo silo, Checker checker)
    : GrainService(id, silo, NullLoggerFactory.Instance), ISecondOpinion
{
    public Task<Sight> CheckAsync(MonitorCheck check) =>
        checker.CheckAsync(check, StoppedCancellationTokenSource.Token);
}

/// <summary>Asks a server that is chosen for what it sees.</summary>
internal sealed class SecondOpinions(IServiceProvider services) : GrainServiceClient<ISecondOpinion>(services)
{
    public Task<Sight> AskAsync(SiloAddress server, MonitorCheck check) => GetGrainService(server).CheckAsync(check);
}
