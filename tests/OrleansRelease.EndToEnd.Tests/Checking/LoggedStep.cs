using System.Text.Json;

namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>One transition on record, as far as an outsider needs it.</summary>
internal sealed record LoggedStep(
    string Kind, string Key, long Sequence, DateTimeOffset At, string Input, string? Reason, string? Started,
    IReadOnlyList<string> Events)
{
    /// <summary>Its place among all decisions: what one led to has a later one.</summary>
    public long Position { get; init; }

    /// <summary>As it is stored.</summary>
    public string Stored { get; init; } = "";

    /// <summary>What was to be done in the world, or told to others.</summary>
    public IReadOnlyList<LoggedEffect> Effects { get; init; } = [];

    public static LoggedStep Read(
        string kind, string key, long sequence, long atMicros, long position, string transition)
    {
        using var document = JsonDocument.Parse(transition);
        var root = document.RootElement;
        var input = root.GetProperty("input");
        return new(
            kind, key, sequence, DateTimeOffset.UnixEpoch.AddMicroseconds(atMicros),
            input.GetProperty("$type").GetString()!, Text(root, "command", "reason"), Text(input, "order", "version"),
            [.. root.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("$type").GetString()!)])
        {
            Position = position,
            Stored = transition,
            Effects = [.. root.GetProperty("effects").EnumerateArray().Select(LoggedEffect.Read)],
        };
    }

    private static string? Text(JsonElement from, string member, string inner) =>
        from.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Object
        && found.TryGetProperty(inner, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}

/// <summary>One effect on record: what is done, to which slot, by which fence.</summary>
internal sealed record LoggedEffect(string Action, string? Slot, string Fence)
{
    public static LoggedEffect Read(JsonElement effect)
    {
        var (fence, action) = (effect.GetProperty("fence"), effect.GetProperty("action"));
        return new(
            action.GetProperty("$type").GetString()!,
            action.TryGetProperty("slot", out var slot) ? slot.GetString() : null,
            $"{fence.GetProperty("epoch")}.{fence.GetProperty("generation")}.{fence.GetProperty("ordinal")}");
    }
}
