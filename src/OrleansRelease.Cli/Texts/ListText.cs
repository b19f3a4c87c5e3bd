using System.Globalization;
using System.Text.Json.Nodes;
using OrleansRelease.Core.Explaining;

namespace OrleansRelease.Cli.Texts;

/// <summary>One line for each thing of a list.</summary>
internal static class ListText
{
    public static string Of(string plural, IReadOnlyList<JsonNode> items, DateTimeOffset now)
    {
        if (items.Count == 0) return plural == "standings" ? StandingText.Nothing : $"no {plural}";
        (string[] Head, Func<JsonNode, string[]> Line) columns = plural switch
        {
            "rollouts" => (["ROLLOUT", "VERSION", "PHASE", "CHANGED", "NOTE"], item => Row(item, now)),
            "standings" => (StandingText.Head, item => StandingText.Row(item, now)),
            "slots" => (["SLOT", "STABLE", "PHASE", "CHANGED", "NOTE"], item => Row(item, now)),
            "inquiries" => (["SERVICE", "PHASE", "CHANGED", "NOTE"], item => Inquiry(item, now)),
            _ => (["NAME", "LAST APPLIED", "CONTENT"], item => Manifest(item, now)),
        };
        return string.Join('\n', Words.Columns([columns.Head, .. items.Select(columns.Line)]));
    }

    private static string[] Row(JsonNode item, DateTimeOffset now) =>
    [
        Text(item, "key"), Text(item, "version"), Text(item, "phase"), $"{Age(item, "updatedAt", now)} ago",
        item["quarantinedAt"] is not null ? $"cannot be decided on: {Text(item, "lastError")}" : "",
    ];

    private static string[] Inquiry(JsonNode item, DateTimeOffset now)
    {
        var row = Row(item, now);
        return [row[0], .. row[2..]];
    }

    private static string[] Manifest(JsonNode item, DateTimeOffset now) =>
        [Text(item, "name"), $"{Age(item, "lastAppliedAt", now)} ago", Text(item, "contentHash")];

    private static string Text(JsonNode item, string name) => item[name]?.GetValue<string>() ?? "";

    private static string Age(JsonNode item, string name, DateTimeOffset now) =>
        Readable.Age(now - DateTimeOffset.Parse(Text(item, name), CultureInfo.InvariantCulture));
}
