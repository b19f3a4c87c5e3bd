using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>Specs of rollouts of checkout 2.0 in production.</summary>
internal static class Specs
{
    public static readonly SlotKey Slot = SlotKey.From("checkout.production");

    public static readonly VersionName Old = VersionName.From("1.0");

    public static readonly VersionName New = VersionName.From("2.0");

    private static readonly EffectLimits Limits = new(TimeSpan.FromSeconds(5), 3, TimeSpan.FromSeconds(1));

    public static RolloutSpec With(string adapter, Uri? url, SecretRef? token, TimeSpan timeout) => new(
        Slot.Service, Slot.Environment, New, null, null, null, "canary", [], [],
        new Readiness("/healthz", TimeSpan.FromMinutes(1), TimeSpan.Zero),
        new UndecidedRule(TimeSpan.FromMinutes(15), UndecidedThen.Rollback),
        TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), WhenBusy.Queue, 1,
        new TargetConnection(
            "memory", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.Absolute, Fencing.Stored,
            Limits, Limits),
        new TrafficConnection(
            adapter, url, token, Repeat.Absolute, Fencing.Stored, Limits with { Timeout = timeout }),
        null);
}
