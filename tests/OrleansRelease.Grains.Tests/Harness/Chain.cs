using System.Text.Json;
using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>Reads the transitions of one grain and checks that each follows from the one before.</summary>
internal static class Chain
{
    public static async Task<IReadOnlyList<LogEntry>> CheckAsync(TestServer server, string kind, string key)
    {
        var entries = await server.Get<ILog>().ReadAsync(kind, key, 0, 1000, default);
        var head = "";
        for (var i = 0; i < entries.Count; i++)
        {
            Assert.Equal(i + 1, entries[i].Sequence);
            using var transition = JsonDocument.Parse(entries[i].Transition);
            Assert.Equal(head, transition.RootElement.GetProperty("previous").GetString());
            head = TransitionHash.Of(entries[i].Transition);
        }

        var row = await server.Get<IRows>().GetAsync(kind, key, default);
        Assert.Equal(entries.Count, row?.Summary.Sequence ?? 0);
        return entries;
    }
}
