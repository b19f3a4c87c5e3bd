using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Tests.Targets;

/// <summary>Specs and calls as targets get them.</summary>
internal static class TargetSpecs
{
    public static readonly VersionName V1 = VersionName.From("1.0.0");

    public static readonly VersionName V2 = VersionName.From("2.0.0");

    public static readonly SlotKey Slot = SlotKey.From("checkout.staging");

    private static readonly EffectLimits Limits = new(TimeSpan.FromMinutes(2), 3, TimeSpan.FromSeconds(1));

    /// <summary>The command of this very assembly, as a service that behaves as the words say.</summary>
    public static ImmutableArray<string> Command(params string[] words) =>
        ["dotnet", typeof(TargetSpecs).Assembly.Location, .. words];

    public static ImmutableArray<string> Sample(params string[] more) =>
        Command(["sample", "--version", "{{version}}", "--port", "{{port}}", .. more]);

    public static RolloutSpec Of(
        string adapter, ImmutableArray<string> command, int replicas = 1, TimeSpan? within = null,
        TimeSpan? warmUp = null, string? slot = null)
    {
        var key = slot is null ? Slot : SlotKey.From(slot);
        var settings = ImmutableSortedDictionary<string, string>.Empty.Add("replicas", $"{replicas}");
        return new(
            key.Service, key.Environment, V1, null, null, null, "canary", [], [],
            new("/healthz", within ?? TimeSpan.FromSeconds(60), warmUp ?? TimeSpan.Zero),
            new(TimeSpan.FromMinutes(15), UndecidedThen.Rollback), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
            WhenBusy.Queue, 1,
            new(adapter, settings, command, Repeat.Absolute, Fencing.Stored, Limits, Limits),
            new("memory", null, null, Repeat.Absolute, Fencing.Stored, Limits), null);
    }

    /// <summary>The same by way of a team's endpoint.</summary>
    public static RolloutSpec ByWebhook(
        Uri url, string keyFile, Fencing fencing, TimeSpan? limit = null, string? slot = null)
    {
        var spec = Of("webhook", [], slot: slot);
        var limits = Limits with { Timeout = limit ?? Limits.Timeout };
        return spec with
        {
            Digest = "sha256:seeded",
            Target = new(
                "webhook", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.ById, fencing, limits, limits,
                url, new SecretRef(null, keyFile)),
        };
    }

    public static TargetCall Call(this RolloutSpec spec, VersionName version, int ordinal, int generation = 1) =>
        new(spec, version, new Fence(1, generation, ordinal));
}
