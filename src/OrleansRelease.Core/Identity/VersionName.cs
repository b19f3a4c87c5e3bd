using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>A version of a service, as its owner writes it; compared as text.</summary>
[JsonConverter(typeof(NameConverter<VersionName>))]
public readonly record struct VersionName : IName<VersionName>
{
    private readonly string? _text;

    private VersionName(string text) => _text = text;

    public static string Shape => "1 to 128 printable characters without spaces around them";

    public static VersionName? Parse(string? text) => VersionText.IsValid(text) ? new VersionName(text!) : null;

    public static VersionName From(string? text) => NameText.From<VersionName>(text);

    public override string ToString() => _text ?? "";
}
