using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Simulating;

/// <summary>
/// A step of a service after which it fails, counted from 0 as its strategy has them. A deployment fails itself: what
/// did not come up is gone again.
/// </summary>
public sealed record FailurePoint(ServiceName Service, int Step);

/// <summary>
/// What a release would be like in one environment if everything took as long as it is expected to. Times count from
/// its start, and waiting for slots and for what it requires takes none.
/// </summary>
/// <param name="End">How it would end; still paused where a person would have to decide.</param>
/// <param name="Took">How long that takes.</param>
/// <param name="Timeline">Every step, in the order in which they begin.</param>
/// <param name="CriticalPath">The services that make it take so long: each begins when the one before is done.</param>
/// <param name="PeakExtraInstances">The most instances that run beside those that run now.</param>
/// <param name="Exposure">How much of each service's requests its new version gets.</param>
/// <param name="Failure">Where it was let fail; null: nowhere.</param>
/// <param name="WayBack">How what has failed is taken back, or all of it; null where nothing is.</param>
/// <param name="CountedAsOne">
/// Services that were deployed and count as one instance, because only their target knows how many: with these the
/// peak is the least that it can be. Null: there is none.
/// </param>
public sealed record SimulatedRelease(
    PassagePhase End,
    TimeSpan Took,
    ImmutableArray<SimulatedStep> Timeline,
    ImmutableArray<ServiceName> CriticalPath,
    int PeakExtraInstances,
    ImmutableArray<SimulatedExposure> Exposure,
    FailurePoint? Failure,
    SimulatedWayBack? WayBack,
    ImmutableArray<ServiceName>? CountedAsOne = null)
{
    /// <summary>The steps that take longest, of those that make it take so long.</summary>
    public ImmutableArray<SimulatedStep> Slowest(int most) =>
    [
        .. Timeline.Where(step => CriticalPath.Contains(step.Service) && !step.IsBack)
            .OrderByDescending(step => step.Expected.Time).ThenBy(step => step.At).Take(most),
    ];
}

/// <summary>
/// One step of a service and when it begins. One that is stopped ends before the time that was expected.
/// </summary>
public sealed record SimulatedStep(
    TimeSpan At, TimeSpan Until, ServiceName Service, string Text, Expected Expected, bool IsBack);

/// <summary>
/// For how long the new version of a service gets requests, and what that comes to if it had got all of them.
/// </summary>
public sealed record SimulatedExposure(ServiceName Service, TimeSpan Exposed, TimeSpan AsIfAll);

/// <summary>Taking it back: as long as it is expected to take, and at most.</summary>
/// <param name="Order">What is taken back, in this order.</param>
/// <param name="Began">When, from the start of the release.</param>
/// <param name="Took">How long that takes.</param>
/// <param name="AtMost">How long it takes at most.</param>
/// <param name="IsWithin">Whether that, and finding out before, is as short as the release demands.</param>
/// <param name="Detect">How long finding out takes at most; null where nothing bounds it.</param>
/// <param name="Stabilises">
/// How long after it its criteria have to hold, which is no part of its time; null: it does not wait for that.
/// </param>
public sealed record SimulatedWayBack(
    ImmutableArray<ServiceName> Order, TimeSpan Began, TimeSpan Took, TimeSpan AtMost, bool IsWithin,
    TimeSpan? Detect = null, TimeSpan? Stabilises = null);
