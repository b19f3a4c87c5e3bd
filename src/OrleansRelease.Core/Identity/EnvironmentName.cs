using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>The name of an environment.</summary>
[JsonConverter(typeof(NameConverter<EnvironmentName>))]
public readonly record struct EnvironmentName : IName<EnvironmentName>
{
    private readonly string? _text;

    private EnvironmentName(string text) => _text = text;

    public static string Shape => Label.Shape;

    public static EnvironmentName? Parse(string? text) => Label.IsValid(text) ? new EnvironmentName(text!) : null;

    public static EnvironmentName From(string? text) => NameText.From<EnvironmentName>(text);

    public override string ToString() => _text ?? "";
}
