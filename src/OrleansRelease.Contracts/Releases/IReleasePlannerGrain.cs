using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Promotion;

namespace OrleansRelease.Contracts.Releases;

/// <summary>
/// Finds the way of a release in the catalogue, and all that it is carried out by. Any number of these work at a time;
/// the key is 0.
/// </summary>
[Alias("orel.release-planner"), GrainInterfaceType("orel.release-planner")]
public interface IReleasePlannerGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Resolves where it would begin, refuses all at once that keeps it from that, and starts it.
    /// </summary>
    [Alias("start")]
    Task<Answer<ReleaseStarted>> StartAsync(
        ReleaseStartRequest request, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// Through which environments it would go, in order, with these manifests as if they had been applied.
    /// </summary>
    [Alias("route")]
    Task<Answer<ReleaseRoute>> RouteAsync(
        ReleaseName release, ImmutableArray<Manifest> given, CancellationToken cancellation);

    /// <summary>
    /// Finds who stands on what has completed, plans its way back, and has it taken back; refused where others stand on
    /// it and nobody has said what becomes of them. A dry run is not: it answers the plan, with them named in it.
    /// </summary>
    [Alias("rollback")]
    Task<Answer<ReleaseReversal>> RollbackAsync(
        ReleaseRollbackRequest request, Command command, bool dryRun, CancellationToken cancellation);
}
