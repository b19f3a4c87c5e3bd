using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// One immutable named set of service versions that moves through environments together. Applying it moves nothing.
/// </summary>
public sealed record ReleaseManifest(ManifestHead Metadata, ReleaseSpec Spec)
    : Manifest(Metadata, ManifestKind.Release);

/// <param name="Services">At least one, by name.</param>
/// <param name="Requires">What has to be stable in each environment before it starts there.</param>
/// <param name="Environments">In the order in which they are gone through; null: all that promotion reaches.</param>
/// <param name="MaxParallel">How many of its services move at once in one environment.</param>
/// <param name="OnFailure">What becomes of the others when one of them goes back.</param>
/// <param name="Rollback">The way back of all its services in one environment.</param>
/// <param name="Stabilise">When, after that, it is called taken back.</param>
/// <param name="Emergency">Why neither error budgets nor missing numbers are a hindrance; null: they are.</param>
public sealed record ReleaseSpec(
    ImmutableSortedDictionary<string, ReleaseEntry> Services,
    ImmutableArray<ReleaseRequirement>? Requires = null,
    ImmutableArray<EnvironmentName>? Environments = null,
    int? MaxParallel = null,
    OnFailure? OnFailure = null,
    ReleaseRollback? Rollback = null,
    ReleaseStabilise? Stabilise = null,
    string? Emergency = null);

/// <summary>One service of a release; <see cref="Needs"/> are others that move first, in this release only.</summary>
public sealed record ReleaseEntry(
    VersionName Version, string? Digest = null, string? Commit = null, ImmutableArray<ServiceName>? Needs = null);

/// <summary>A service that is not part of the release, and what to do where it is not stable at this version.</summary>
public sealed record ReleaseRequirement(ServiceName Service, VersionName AtLeast, Otherwise? Otherwise = null);

/// <summary>The longest that taking all of it back may take, as far as it was said.</summary>
public sealed record ReleaseRollback(TimeSpan? Within = null);

/// <summary>
/// For how long the criteria of what is there again have to hold; nothing: it is not waited for. After
/// <see cref="Within"/> it is called taken back without.
/// </summary>
public sealed record ReleaseStabilise(TimeSpan? For = null, TimeSpan? Within = null);
