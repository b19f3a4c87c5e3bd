using System.Text.Json;
using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>Reads the transitions of one grain and checks that each follows from the one before.</summary>
internal static class Chain
{
    public static async Task<IReadOnlyList<LogEntry>> CheckAsync(TestServer server, string kind, string key)
    {
        // The row first: by the time the log is read there may be more, never less.
        var row = await server.Get<IRows>().GetAsync(kind, key, default);
        var entries = await server.Get<ILog>().ReadAsync(kind, key, 0, 1000, default);
        var heads = new List<string> { "" };
        for (var i = 0; i < entries.Count; i++)
        {
            Assert.Equal(i + 1, entries[i].Sequence);
            using var transition = JsonDocument.Parse(entries[i].Transition);
            Assert.Equal(heads[i], transition.RootElement.GetProperty("previous").GetString());
            heads.Add(TransitionHash.Of(entries[i].Transition));
        }

        if (row is null) return entries;
        using var stored = JsonDocument.Parse(row.Payload);
        Assert.Equal(heads[(int)row.Summary.Sequence], stored.RootElement.GetProperty("head").GetString());
        return entries;
    }
}
