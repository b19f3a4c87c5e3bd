using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Catalogue;

/// <summary>Names one manifest, written <c>Kind/name</c>. Only the name of a release may have dots.</summary>
[JsonConverter(typeof(NameConverter<ManifestKey>))]
public readonly record struct ManifestKey(string Kind, string Name) : IName<ManifestKey>
{
    private const string Release = nameof(ManifestKind.Release);

    public static string Shape => "KIND/NAME";

    /// <summary>What is known under this name never changes: whatever is carried out relies on that.</summary>
    public bool IsImmutable => Kind == Release;

    public static ManifestKey? Parse(string? text) =>
        text?.Split('/') is [{ Length: > 0 and <= Label.MaxLength } kind, var name]
        && kind.All(char.IsAsciiLetter) && IsName(kind, name)
            ? new ManifestKey(kind, name)
            : null;

    /// <summary>What a valid name of this kind looks like.</summary>
    public static string ShapeOf(ManifestKind kind) => kind == ManifestKind.Release ? ReleaseName.Shape : Label.Shape;

    public static ManifestKey Of(ManifestKind kind, string name) => new($"{kind}", name);

    public static ManifestKey From(string? text) => NameText.From<ManifestKey>(text);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}/{Name}");

    private static bool IsName(string kind, string name) =>
        kind == Release ? ReleaseName.Parse(name) is not null : Label.IsValid(name);
}

/// <summary>Which content a manifest has now; the hash is also its entity tag.</summary>
public sealed record ManifestState(ManifestKey Key, string ContentHash, DateTimeOffset AppliedAt);
