using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// What people declare, as they wrote it: null means that nothing was said, so that precedence can be applied later.
/// Stored as JSON.
/// </summary>
[JsonDerivedType(typeof(ServiceManifest), "service")]
[JsonDerivedType(typeof(EnvironmentManifest), "environment")]
[JsonDerivedType(typeof(AnalysisTemplateManifest), "analysis-template")]
[JsonDerivedType(typeof(StrategyManifest), "strategy")]
[JsonDerivedType(typeof(MonitorManifest), "monitor")]
[JsonDerivedType(typeof(ReleaseManifest), "release")]
public abstract record Manifest
{
    public const string ApiVersion = "orleansrelease/v1";

    private protected Manifest(ManifestHead metadata, ManifestKind kind) => (Metadata, Kind) = (metadata, kind);

    public ManifestHead Metadata { get; init; }

    [JsonIgnore]
    public string Name => Metadata.Name;

    // Not virtual: an override would not inherit that it is kept out of what is stored.
    [JsonIgnore]
    public ManifestKind Kind { get; }
}

public enum ManifestKind
{
    Service,
    Environment,
    AnalysisTemplate,
    Strategy,
    Release,
    Monitor,
}

/// <summary>The name, unique per kind, and the labels that selectors select by.</summary>
public sealed record ManifestHead(string Name, ImmutableSortedDictionary<string, string>? Labels = null);
