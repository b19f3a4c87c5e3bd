using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Restoring;

/// <summary>
/// What is to be looked at and for whom: the shares of a slot by a specification, and the instances of versions, each
/// by the specification that it was deployed by.
/// </summary>
internal sealed record Look(EffectOwner Owner, RolloutSpec Spec, ImmutableArray<LookedFor> Versions);

internal sealed record LookedFor(VersionName Version, string? SpecHash);
