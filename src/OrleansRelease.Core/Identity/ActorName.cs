using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>Who gave a command: a person, a pipeline, or the system itself.</summary>
[JsonConverter(typeof(NameConverter<ActorName>))]
public readonly record struct ActorName : IName<ActorName>
{
    private readonly string? _text;

    private ActorName(string text) => _text = text;

    public static string Shape => "1 to 128 printable characters";

    public static ActorName? Parse(string? text) => VersionText.IsValid(text) ? new ActorName(text!) : null;

    public static ActorName From(string? text) => NameText.From<ActorName>(text);

    public override string ToString() => _text ?? "";
}
