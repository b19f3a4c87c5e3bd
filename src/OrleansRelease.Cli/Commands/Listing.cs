using System.Text.Json.Nodes;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;

namespace OrleansRelease.Cli.Commands;

/// <summary>A list, page after page.</summary>
internal static class Listing
{
    /// <summary>How many pages are read before the rest is left to a narrower question.</summary>
    private const int MaxPages = 20;

    public static async Task<int> RunAsync(Session session, string plural, string query, CancellationToken cancellation)
    {
        var items = new List<JsonNode>();
        string? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var cursor = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            var reply = await session.Api.GetAsync($"/api/v1/{plural}?limit=500{query}{cursor}", cancellation);
            if (reply is not Reply.Answered { Json: var json }) return await session.TellProblemAsync(reply);
            // Page by page as it came: programs get what the API answered.
            if (session.IsJson) await session.Around.Out.WriteLineAsync(json);
            var read = JsonNode.Parse(json)!;
            items.AddRange(read["items"]!.AsArray().Select(item => item!));
            after = read["next"]?.GetValue<string>();
            if (after is null) break;
        }

        if (session.IsJson) return ExitCode.Good;
        var text = ListText.Of(plural, items, session.Around.Time.GetUtcNow());
        await session.Around.Out.WriteLineAsync(text);
        if (after is not null)
            await session.Around.Error.WriteLineAsync($"there are more than these {items.Count}: ask for fewer");
        return ExitCode.Good;
    }
}
