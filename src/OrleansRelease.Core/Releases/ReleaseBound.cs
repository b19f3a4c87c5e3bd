using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// The longest time from the first bad request in the service that is found out last to the last request off all new
/// versions, as a sum of enforced limits: finding out, stopping everything, every attempt of every step of the slowest
/// chain back, and one failover of this system.
/// </summary>
public sealed record ReleaseBound(
    ImmutableArray<BoundPart> Detect, ImmutableArray<BoundPart> Back, ImmutableArray<ServiceName> Chain)
{
    public TimeSpan Total => Detect.Concat(Back).Aggregate(TimeSpan.Zero, (sum, part) => sum + part.AtMost);

    /// <summary>Null where nothing bounds how long it takes to find out, as for a rollout.</summary>
    public static ReleaseBound? Of(ReleaseOrder order, IReadOnlyDictionary<ServiceName, RolloutSpec> specs)
    {
        ArgumentNullException.ThrowIfNull(order);
        var bounds = order.Forward
            .Select(service => (Service: service, Bound: Bound.Of(specs[service], hasBaseline: true))).ToList();
        if (bounds.Any(one => one.Bound is null)) return null;
        var slowest = bounds.MaxBy(one => one.Bound!.DetectTotal);
        var chain = order.Longest(service => LimitsOf(specs[service]).All);
        return new(
            [new($"{slowest.Service} found out by {slowest.Bound!.Metric}", slowest.Bound.DetectTotal)],
            [
                new("everything stopped", PassageLimits.HaltWithin),
                .. chain.Services.Reverse().Select(service =>
                    new BoundPart($"{service} taken back", LimitsOf(specs[service]).All)),
                new("one failover", Bound.Failover),
            ],
            chain.Services);
    }

    public static UndoLimits LimitsOf(RolloutSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new(
            spec.Target.DeployLimits.WorstCase, spec.Traffic.Limits.WorstCase, spec.Target.RetireLimits.WorstCase);
    }
}
