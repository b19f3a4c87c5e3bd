using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>The name of a service of the catalogue.</summary>
[JsonConverter(typeof(NameConverter<ServiceName>))]
public readonly record struct ServiceName : IName<ServiceName>
{
    private readonly string? _text;

    private ServiceName(string text) => _text = text;

    public static string Shape => Label.Shape;

    public static ServiceName? Parse(string? text) => Label.IsValid(text) ? new ServiceName(text!) : null;

    public static ServiceName From(string? text) => NameText.From<ServiceName>(text);

    public override string ToString() => _text ?? "";
}
