using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests;

/// <summary>A release that can start in an environment, or everything that keeps it from starting there.</summary>
public abstract record PassageResolution
{
    private PassageResolution()
    {
    }

    /// <param name="Spec">What would be carried out.</param>
    /// <param name="Rollouts">What each of its services would be moved by, to be stored beside it.</param>
    /// <param name="Bound">How long taking it back takes at most, from the first bad request.</param>
    /// <param name="Needs">What comes after what, and who says so.</param>
    public sealed record Resolved(
        PassageSpec Spec, ImmutableArray<RolloutSpec> Rollouts, ReleaseBound? Bound, ImmutableArray<Need> Needs)
        : PassageResolution;

    /// <summary>
    /// At least one refusal, in the order in which they were found. <see cref="Forbidden"/> is what would be carried
    /// out where that is known all the same.
    /// </summary>
    public sealed record Refused(ImmutableArray<Refusal> All, Resolved? Forbidden = null) : PassageResolution
    {
        public Refusal Refusal => Refusal.AllOf(All);
    }
}

/// <summary>Makes of the manifests all that one release is carried through one environment by.</summary>
public static class PassageSpecs
{
    /// <param name="release">What is to move.</param>
    /// <param name="environment">Where.</param>
    /// <param name="catalogue">Finds a service by its name.</param>
    /// <param name="resolve">Makes a rollout of one of its services.</param>
    /// <param name="hash">By what a specification is known.</param>
    public static PassageResolution Resolve(
        ReleaseManifest release, EnvironmentManifest environment, Func<ServiceName, ServiceManifest?> catalogue,
        Func<ServiceManifest, ReleaseEntry, Resolution> resolve, Func<RolloutSpec, string> hash)
    {
        var refusals = new List<Refusal>();
        if (Elsewhere(release, environment) is { } elsewhere) refusals.Add(elsewhere);
        var wanted = release.Spec.Services.ToDictionary(pair => ServiceName.From(pair.Key), pair => pair.Value);
        var rollouts = new Dictionary<ServiceName, RolloutSpec>();
        foreach (var (service, version) in wanted.OrderBy(pair => $"{pair.Key}", StringComparer.Ordinal))
        {
            if (catalogue(service) is not { } manifest)
            {
                refusals.Add(Missing(service));
                continue;
            }

            switch (resolve(manifest, version))
            {
                case Resolution.Resolved resolved:
                    rollouts[service] = resolved.Spec;
                    break;
                case Resolution.Refused refused:
                    refusals.AddRange(refused.All.Select(one => one with { Reason = $"{service}: {one.Reason}" }));
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        refusals.AddRange((release.Spec.Requires ?? []).Where(one => catalogue(one.Service) is null)
            .Select(one => Missing(one.Service, $", which {release.Name} requires")));
        var ordering = OrderingOf(release, catalogue, out var needs);
        if (ordering is Ordering.Circle circle) refusals.Add(circle.Refusal);
        return refusals.Count > 0 || ordering is not Ordering.Ordered { Order: var order }
            ? new PassageResolution.Refused([.. refusals])
            : Build(release, environment, order, needs, rollouts, hash);
    }

    /// <summary>By what release and catalogue say together, as far as the catalogue knows its services.</summary>
    internal static Ordering OrderingOf(
        ReleaseManifest release, Func<ServiceName, ServiceManifest?> catalogue, out ImmutableArray<Need> needs)
    {
        var wanted = release.Spec.Services.ToDictionary(
            pair => ServiceName.From(pair.Key), pair => pair.Value.Needs ?? []);
        needs = Need.Join(
            wanted, service => (catalogue(service)?.Spec.DependsOn ?? []).Select(one => one.Service));
        return Ordering.Of(wanted.Keys, needs);
    }

    private static Refusal Missing(ServiceName service, string why = "") =>
        new(RefusalCodes.NotFound, $"there is no Service {service}{why}", "a Service of this name");

    private static Refusal? Elsewhere(ReleaseManifest release, EnvironmentManifest environment) =>
        release.Spec.Environments is { } environments && environments.All(name => $"{name}" != environment.Name)
            ? new(
                RefusalCodes.NotForEnvironment,
                $"{release.Name} goes through {string.Join(", ", environments)}, not through {environment.Name}",
                "one of its environments")
            : null;

    // The environment gives no more permits than that, so a release that says more would only wait for them.
    private static int MaxParallel(ReleaseManifest release, EnvironmentManifest environment)
    {
        var permits = environment.Spec.MaxParallel ?? BuiltIn.MaxParallel;
        return Math.Min(release.Spec.MaxParallel ?? permits, permits);
    }

    private static PassageResolution Build(
        ReleaseManifest release, EnvironmentManifest environment, ReleaseOrder order, ImmutableArray<Need> needs,
        Dictionary<ServiceName, RolloutSpec> rollouts, Func<RolloutSpec, string> hash)
    {
        var requires = release.Spec.Requires ?? [];
        var settled = new SettledRequirements(order, rollouts);
        var bound = ReleaseBound.Of(order, rollouts);
        var within = release.Spec.Rollback?.Within;
        if (within is { } most && bound is not null && bound.Total > most)
        {
            settled.Refusals.Add(new(
                RefusalCodes.BoundExceeded,
                $"taking the release back can take {Duration.Format(bound.Total)}, longer than rollback.within "
                    + $"{Duration.Format(most)}: {string.Join(", then ", bound.Chain.Reverse())}",
                "a longer rollback.within, fewer services that need each other, or shorter limits of theirs"));
        }

        var failure = release.Spec.OnFailure ?? OnFailure.RollbackRelease;
        var back = failure == OnFailure.RollbackRelease ? bound?.Total : null;
        var (stabilise, never) = Stabilising.Of(release.Spec.Stabilise, rollouts.Values);
        if (never is not null) settled.Refusals.Add(never);
        var spec = new PassageSpec(
            ReleaseName.From(release.Metadata.Name), EnvironmentName.From(environment.Name),
            [
                .. settled.Rollouts.Select(rollout => new PassageEntry(
                    rollout.Service, rollout.Version, hash(rollout), order.NeedsOf(rollout.Service),
                    ReleaseBound.LimitsOf(rollout), rollout.KeepPrevious, Reserves: SloPrice.Reserved(
                        rollout, RolloutPlan.Longest(Bound.Of(rollout, hasBaseline: true), back)))),
            ],
            [
                .. requires.Select(one => new PassageRequirement(
                    new Requirement(one.Service, one.AtLeast), one.Otherwise ?? Otherwise.Wait))
                    .Concat(settled.BeforeTheStart).Distinct(),
            ],
            MaxParallel(release, environment),
            failure, within,
            environment.Spec.WhenBusy ?? BuiltIn.WhenBusy, stabilise, Emergency: release.Spec.Emergency);
        var resolved = new PassageResolution.Resolved(spec, [.. settled.Rollouts], bound, needs);
        return settled.Refusals.Count > 0
            ? new PassageResolution.Refused([.. settled.Refusals], resolved)
            : resolved;
    }
}
