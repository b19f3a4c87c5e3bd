using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>What makes a repeated command the same command: idempotency key, actor and route.</summary>
[JsonConverter(typeof(NameConverter<CommandId>))]
public readonly record struct CommandId : IName<CommandId>
{
    private readonly string? _text;

    private CommandId(string text) => _text = text;

    public static string Shape => "1 to 200 printable characters";

    public static CommandId? Parse(string? text) => VersionText.IsValid(text, 200) ? new CommandId(text!) : null;

    public static CommandId From(string? text) => NameText.From<CommandId>(text);

    public override string ToString() => _text ?? "";
}
