using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Gateway.Manifests;

/// <summary>What applying a manifest did, or would do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeKind>))]
public enum ChangeKind
{
    Created,
    Changed,
    Unchanged,
}

/// <summary>
/// One manifest of a file; <see cref="Diff"/> are the lines of its long form, changed ones marked. <see cref="Notes"/>
/// say what would keep a release from starting as the catalogue is now.
/// </summary>
public sealed record ManifestChange(
    ManifestKind Kind, string Name, ChangeKind Change, string ContentHash, ImmutableArray<string> Diff,
    ImmutableArray<string>? Notes = null);

/// <summary>What became of each manifest of a file.</summary>
public sealed record ManifestChanges(bool DryRun, ImmutableArray<ManifestChange> Manifests);

/// <summary>A manifest in a list; an apply that changed nothing was one, too.</summary>
public sealed record ManifestSummary(
    ManifestKind Kind, string Name, string? ContentHash, DateTimeOffset LastAppliedAt);

/// <summary>A manifest since when it is as it is, and its long form as text.</summary>
public sealed record ManifestDocument(
    ManifestKind Kind, string Name, string ContentHash, DateTimeOffset AppliedAt, Manifest Manifest, string Text);

/// <summary>What holds for a service in an environment, each value with its origin.</summary>
public sealed record EffectiveDocument(
    string Service, string Environment, ImmutableArray<EffectiveValue> Values, ImmutableArray<string> Missing,
    string Text);
