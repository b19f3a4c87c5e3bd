using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// The longest time from the first bad request in the service that is found out last to the last request off all new
/// versions, as a sum of enforced limits: finding out, stopping everything, every attempt of every step of the slowest
/// chain back, one failover of this system, whenever it comes, and, as every bell may be lost, when the release reads
/// what happened.
/// </summary>
public sealed record ReleaseBound(
    ImmutableArray<BoundPart> Detect, ImmutableArray<BoundPart> Back, ImmutableArray<ServiceName> Chain)
{
    public TimeSpan Total => Detect.Concat(Back).Aggregate(TimeSpan.Zero, (sum, part) => sum + part.AtMost);

    public TimeSpan DetectTotal => Detect.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.AtMost);

    /// <summary>Null where nothing bounds how long it takes to find out, as for a rollout.</summary>
    public static ReleaseBound? Of(ReleaseOrder order, IReadOnlyDictionary<ServiceName, RolloutSpec> specs)
    {
        ArgumentNullException.ThrowIfNull(order);
        var bounds = order.Forward
            .Select(service => (Service: service, Bound: Bound.Of(specs[service], hasBaseline: true))).ToList();
        if (bounds.Any(one => one.Bound is null)) return null;
        var slowest = bounds.MaxBy(one => one.Bound!.DetectTotal);
        var chain = order.Longest(service => BackOf(specs[service]));
        return new(
            [
                new($"{slowest.Service} found out by {slowest.Bound!.Metric}", slowest.Bound.DetectTotal),
                new("read by the release", PassageLimits.ReadAgainAfter),
            ],
            [
                new("everything stopped", PassageLimits.StopWithin),
                .. chain.Services.Reverse().Select(service =>
                    new BoundPart($"{service} taken back ({SourceOf(specs[service])})", BackOf(specs[service]))),
                Reads(chain.Services.Length),
                OneFailover,
            ],
            chain.Services);
    }

    internal static BoundPart OneFailover { get; } = new("one failover", Bound.Failover);

    /// <summary>Each answer of so many, one after the other, is read although its bell was lost.</summary>
    internal static BoundPart Reads(int services) => new(
        $"each of them read ({Times(services, PassageLimits.ReadBackAgainAfter)})",
        PassageLimits.ReadBackAgainAfter * services);

    // The limits that its parts are the sum of, as manifests say them.
    private static string SourceOf(RolloutSpec spec)
    {
        var limits = LimitsOf(spec);
        var steps = new List<string>
        {
            $"old version {Attempts(spec.Target.DeployLimits)}", $"traffic {Attempts(spec.Traffic.Limits)}",
            $"new version down {Attempts(spec.Target.RetireLimits)}",
        };
        var rest = BackOf(spec) - limits.AllHooks - spec.Target.DeployLimits.WorstCase
            - spec.Traffic.Limits.WorstCase - spec.Target.RetireLimits.WorstCase;
        if (limits.AllHooks > TimeSpan.Zero) steps.Add($"hooks {Duration.Format(limits.AllHooks)}");
        if (rest > TimeSpan.Zero) steps.Add($"late calls waited out {Duration.Format(rest)}");
        return string.Join(", ", steps);
    }

    private static string Attempts(EffectLimits limits) =>
        limits.WorstCase - (limits.Timeout * limits.Attempts) is var waits && waits > TimeSpan.Zero
            ? $"{Times(limits.Attempts, limits.Timeout)} + {Duration.Format(waits)}"
            : Times(limits.Attempts, limits.Timeout);

    private static string Times(int times, TimeSpan time) => times == 1
        ? Duration.Format(time)
        : string.Create(CultureInfo.InvariantCulture, $"{times} × {Duration.Format(time)}");

    // Where a router stores no fences, a call that was under way when it stopped is waited out before anything else.
    private static TimeSpan BackOf(RolloutSpec spec) => LimitsOf(spec).All
        + (spec.Traffic.Fencing is Fencing.None ? spec.Traffic.Limits.Timeout + EffectLimits.Grace : TimeSpan.Zero);

    private static ImmutableArray<HookLimit>? HooksOf(RolloutSpec spec)
    {
        var place = HookPlace.BeforeTraffic;
        var hooks = ImmutableArray.CreateBuilder<HookLimit>();
        foreach (var step in WayBack.Longest(spec, baseline: null).Steps)
        {
            place = step switch
            {
                UndoStep.RestoreTraffic => HookPlace.BeforeRetire,
                UndoStep.RetireCandidate => HookPlace.Last,
                _ => place,
            };
            if (step is UndoStep.UndoHook { Hook: var name })
                hooks.Add(new(name, place, Bound.HooksUndone([new Step.Hook(spec.HookOf(name))])));
        }

        return hooks.Count == 0 ? null : hooks.ToImmutable();
    }

    public static UndoLimits LimitsOf(RolloutSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        // What may still arrive where no fences are stored is waited out before each of the two.
        var quiet = Quiet.OfTarget(spec) ?? TimeSpan.Zero;
        return new(
            quiet + spec.Target.DeployLimits.WorstCase, spec.Traffic.Limits.WorstCase,
            quiet + spec.Target.RetireLimits.WorstCase, HooksOf(spec));
    }
}
