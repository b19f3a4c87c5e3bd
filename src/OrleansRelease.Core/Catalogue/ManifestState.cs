using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Catalogue;

/// <summary>Names one manifest, written <c>Kind/name</c>.</summary>
[JsonConverter(typeof(NameConverter<ManifestKey>))]
public readonly record struct ManifestKey(string Kind, string Name) : IName<ManifestKey>
{
    public static string Shape => "KIND/NAME";

    public static ManifestKey? Parse(string? text) =>
        text?.Split('/') is [{ Length: > 0 and <= Label.MaxLength } kind, var name]
        && kind.All(char.IsAsciiLetter) && Label.IsValid(name)
            ? new ManifestKey(kind, name)
            : null;

    public static ManifestKey Of(ManifestKind kind, string name) => new($"{kind}", name);

    public static ManifestKey From(string? text) => NameText.From<ManifestKey>(text);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}/{Name}");
}

/// <summary>Which content a manifest has now; the hash is also its entity tag.</summary>
public sealed record ManifestState(ManifestKey Key, string ContentHash, DateTimeOffset AppliedAt);
