using System.Text.Json;

namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>One transition on record, as far as an outsider needs it.</summary>
internal sealed record LoggedStep(
    string Kind, string Key, long Sequence, DateTimeOffset At, string Input, string? Reason, string? Started,
    IReadOnlyList<string> Events)
{
    public static LoggedStep Read(string kind, string key, long sequence, long atMicros, string transition)
    {
        using var document = JsonDocument.Parse(transition);
        var root = document.RootElement;
        var input = root.GetProperty("input");
        return new(
            kind, key, sequence, DateTimeOffset.UnixEpoch.AddMicroseconds(atMicros),
            input.GetProperty("$type").GetString()!, Text(root, "command", "reason"), Text(input, "order", "version"),
            [.. root.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("$type").GetString()!)]);
    }

    private static string? Text(JsonElement from, string member, string inner) =>
        from.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Object
        && found.TryGetProperty(inner, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
