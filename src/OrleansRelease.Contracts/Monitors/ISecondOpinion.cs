using Orleans.Services;
using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Contracts.Monitors;

/// <summary>
/// One on each server, asked by another one that has seen a monitor fail: what this server sees of it. It changes
/// nothing.
/// </summary>
[Alias("orel.second-opinion"), GrainInterfaceType("orel.second-opinion")]
public interface ISecondOpinion : IGrainService
{
    /// <summary>Takes as long as the check says, which may be longer than calls usually may.</summary>
    [Alias("check"), ResponseTimeout("00:02:00")]
    Task<Sight> CheckAsync(MonitorCheck check);
}
