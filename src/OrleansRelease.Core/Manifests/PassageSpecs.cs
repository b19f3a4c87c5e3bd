using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
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
    public sealed record Resolved(
        PassageSpec Spec, ImmutableArray<RolloutSpec> Rollouts, ReleaseBound? Bound) : PassageResolution;

    /// <summary>At least one refusal, in the order in which they were found.</summary>
    public sealed record Refused(ImmutableArray<Refusal> All) : PassageResolution
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
        var wanted = release.Spec.Services.ToDictionary(pair => ServiceName.From(pair.Key), pair => pair.Value);
        var known = new Dictionary<ServiceName, ServiceManifest>();
        var rollouts = new Dictionary<ServiceName, RolloutSpec>();
        foreach (var (service, version) in wanted.OrderBy(pair => $"{pair.Key}", StringComparer.Ordinal))
        {
            if (catalogue(service) is not { } manifest)
            {
                refusals.Add(new(RefusalCodes.NotFound, $"there is no Service {service}", "a Service of this name"));
                continue;
            }

            known[service] = manifest;
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

        var ordering = Ordering.Of(wanted.Keys, Need.Join(
            wanted.ToDictionary(pair => pair.Key, pair => pair.Value.Needs ?? []),
            service => (known.GetValueOrDefault(service)?.Spec.DependsOn ?? []).Select(one => one.Service)));
        if (ordering is Ordering.Circle circle) refusals.Add(circle.Refusal);
        return refusals.Count > 0 || ordering is not Ordering.Ordered { Order: var order }
            ? new PassageResolution.Refused([.. refusals])
            : Build(release, environment, order, rollouts, hash);
    }

    private static PassageResolution Build(
        ReleaseManifest release, EnvironmentManifest environment, ReleaseOrder order,
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

        if (settled.Refusals.Count > 0) return new PassageResolution.Refused([.. settled.Refusals]);
        var spec = new PassageSpec(
            ReleaseName.From(release.Metadata.Name), EnvironmentName.From(environment.Name),
            [
                .. settled.Rollouts.Select(rollout => new PassageEntry(
                    rollout.Service, rollout.Version, hash(rollout), order.NeedsOf(rollout.Service),
                    ReleaseBound.LimitsOf(rollout), rollout.KeepPrevious)),
            ],
            [
                .. requires.Select(one => new PassageRequirement(
                    new Requirement(one.Service, one.AtLeast), one.Otherwise ?? Otherwise.Wait)),
                .. settled.BeforeTheStart,
            ],
            release.Spec.MaxParallel ?? environment.Spec.MaxParallel ?? BuiltIn.MaxParallel,
            release.Spec.OnFailure ?? OnFailure.RollbackRelease, within,
            environment.Spec.WhenBusy ?? BuiltIn.WhenBusy);
        return new PassageResolution.Resolved(spec, [.. settled.Rollouts], bound);
    }
}
