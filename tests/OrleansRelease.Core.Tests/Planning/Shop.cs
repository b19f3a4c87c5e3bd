using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Manifests;

namespace OrleansRelease.Core.Tests.Planning;

/// <summary>The shop of the samples, as people would plan and simulate it.</summary>
internal static class Shop
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 30, 0, TimeSpan.Zero);

    public static readonly Dictionary<string, string> Running = new()
    {
        ["catalog"] = "2.3.9",
        ["cart"] = "1.9.0",
        ["search"] = "8.0.2",
    };

    public static PassageResolution Resolved(Func<ReleaseManifest, ReleaseManifest>? change = null)
    {
        var release = Samples.Read<ReleaseManifest>("shop/release.yaml");
        var environment = Samples.Read<EnvironmentManifest>("shop/environment.yaml");
        var services = ManifestReader.Read(Samples.Text("shop/services.yaml"), "services.yaml").Manifests
            .OfType<ServiceManifest>().ToDictionary(service => ServiceName.From(service.Name));
        return PassageSpecs.Resolve(
            change?.Invoke(release) ?? release, environment, services.GetValueOrDefault,
            (service, entry) => RolloutSpecs.Resolve(
                service, environment, _ => null, _ => null, entry.Version, entry.Digest),
            rollout => ContentHash.Of(Vocabulary.Write(rollout)));
    }

    public static ReleasePlan Plan(
        Func<ReleaseManifest, ReleaseManifest>? change = null, IReadOnlyDictionary<string, string>? running = null,
        string? stable = null, WhenBusy whenBusy = WhenBusy.Queue, SlotState? catalog = null, Slo? promised = null,
        decimal? mayCost = null, Func<PassageResolution.Resolved, ExpectedUndo>? expected = null)
    {
        var resolution = Resolved(change);
        var refused = resolution as PassageResolution.Refused;
        var resolved = refused?.Forbidden ?? (PassageResolution.Resolved)resolution;
        resolved = resolved with { Spec = resolved.Spec with { WhenBusy = whenBusy } };
        if (promised is not null)
        {
            resolved = resolved with
            {
                Rollouts = [.. resolved.Rollouts.Select(spec => spec with
                {
                    Slos = [promised], DegradationBudget = mayCost,
                })],
            };
        }

        return ReleasePlan.Of(
            resolved, "sha256:4f1c09aa", refused?.All ?? [],
            resolved.Spec.Services.ToDictionary(
                entry => entry.Service,
                entry => VersionName.Parse((running ?? Running).GetValueOrDefault($"{entry.Service}"))),
            [.. resolved.Spec.Requires.Select(one => new StableOf(one.Requirement.Service, VersionName.Parse(stable)))],
            Now, new Dictionary<ServiceName, SlotState?> { [ServiceName.From("catalog")] = catalog },
            expected: expected?.Invoke(resolved));
    }

    public static SimulationGround Ground(params KnownDuration[] known)
    {
        var resolved = (PassageResolution.Resolved)Resolved();
        return new(
            resolved.Spec, "sha256:4f1c09aa",
            [
                .. resolved.Rollouts.Select(spec => SimulatedSlot.Of(
                    spec, VersionName.Parse(Running.GetValueOrDefault($"{spec.Service}")))),
            ],
            [.. known], resolved.Bound, []);
    }
}
