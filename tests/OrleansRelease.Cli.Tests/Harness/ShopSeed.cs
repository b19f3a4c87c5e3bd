using System.Collections.Immutable;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;

namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>The shop of the samples: three of its services run, the fourth is new.</summary>
internal static class ShopSeed
{
    private const string Hash = "sha256:4f1c09aa";

    private static readonly ImmutableArray<KnownDuration> Known =
    [
        new(ServiceName.From("catalog"), "deploy", new TimeSpan(0, 0, 52), 5),
        new(ServiceName.From("catalog"), "verify 10m", new TimeSpan(0, 10, 20), 4),
        new(ServiceName.From("cart"), "restore-traffic", TimeSpan.FromSeconds(1.4), 2),
    ];

    private static readonly Dictionary<string, string> Running = new()
    {
        ["catalog"] = "2.3.9",
        ["cart"] = "1.9.0",
        ["search"] = "8.0.2",
    };

    public static ReleasePlan Plan(Func<ReleaseManifest, ReleaseManifest>? change = null)
    {
        var resolution = Resolve(change);
        var refused = resolution as PassageResolution.Refused;
        var resolved = refused?.Forbidden ?? (PassageResolution.Resolved)resolution;
        return ReleasePlan.Of(
            resolved, Hash, refused?.All ?? [], resolved.Spec.Services.ToDictionary(
                entry => entry.Service, entry => BaselineOf(entry.Service)),
            [
                new StableOf(ServiceName.From("payments"), VersionName.From("2.1.3")),
                new StableOf(ServiceName.From("stock"), VersionName.From("1.9.0")),
            ],
            Seeds.Now, expected: ExpectedUndos.From(resolved.Rollouts, Known));
    }

    public static ReleaseSimulation Simulate(string? failAt = null, bool eachFailure = false)
    {
        var resolved = (PassageResolution.Resolved)Resolve(null);
        var ground = new SimulationGround(
            resolved.Spec, Hash,
            [.. resolved.Rollouts.Select(spec => SimulatedSlot.Of(spec, BaselineOf(spec.Service)))],
            Known, resolved.Bound, []);
        return ReleaseSimulation.Of(
            ground, failAt is null ? null : FailureText.Find(failAt, ground), eachFailure ? 0 : null, () => false);
    }

    private static VersionName? BaselineOf(ServiceName service) =>
        VersionName.Parse(Running.GetValueOrDefault($"{service}"));

    private static PassageResolution Resolve(Func<ReleaseManifest, ReleaseManifest>? change)
    {
        var manifests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", "shop"), "*.yaml")
            .SelectMany(file => ManifestReader.Read(File.ReadAllText(file), file).Manifests).ToList();
        var services = manifests.OfType<ServiceManifest>().ToDictionary(service => ServiceName.From(service.Name));
        // What it requires is in the catalogue, too.
        foreach (var name in new[] { "payments", "stock" })
            services[ServiceName.From(name)] = new(new ManifestHead(name), new ServiceSpec());
        var environment = manifests.OfType<EnvironmentManifest>().Single();
        var release = manifests.OfType<ReleaseManifest>().Single();
        return PassageSpecs.Resolve(
            change?.Invoke(release) ?? release, environment, services.GetValueOrDefault,
            (service, entry) => RolloutSpecs.Resolve(
                service, environment, _ => null, _ => null, entry.Version, entry.Digest),
            rollout => ContentHash.Of(Vocabulary.Write(rollout)));
    }
}
