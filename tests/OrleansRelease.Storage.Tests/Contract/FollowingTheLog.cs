using System.Collections.Concurrent;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task An_empty_log_has_no_head_and_no_tail()
    {
        Assert.Equal(0, await Store.Log.HeadAsync(default));
        Assert.Empty(await Store.Log.TailAsync(0, 10, default));
    }

    [Fact]
    public async Task The_log_of_one_grain_is_read_in_pages_after_a_sequence()
    {
        var row = Row("long");
        for (var i = 1; i <= 7; i++) await row.WriteAsync($"step {i}");
        await Row("other").WriteAsync();

        var page = await Store.Log.ReadAsync("rollout", "long", 2, 3, default);
        Assert.Equal([3L, 4L, 5L], page.Select(entry => entry.Sequence));
        Assert.All(page, entry => Assert.Equal(("rollout", "long"), (entry.Kind, entry.Key)));
        Assert.Equal(GrainRow.Start.AddSeconds(3), page[0].At);
        Assert.Empty(await Store.Log.ReadAsync("rollout", "long", 7, 3, default));
    }

    [Fact]
    public async Task The_tail_shows_what_was_written_in_the_order_in_which_it_was()
    {
        foreach (var key in new[] { "x", "y", "z" }) await Row(key).WriteAsync();
        await (await Row("x").ReadAsync()).WriteAsync();

        var tail = await Store.Log.TailAsync(0, 100, default);
        Assert.Equal(["x", "y", "z", "x"], tail.Select(entry => entry.Key));
        Assert.Equal(tail.Select(entry => entry.Position).Order().Distinct(), tail.Select(entry => entry.Position));
        Assert.Equal(tail[^1].Position, await Store.Log.HeadAsync(default));
        Assert.Equal(["z"], (await Store.Log.TailAsync(tail[1].Position, 1, default)).Select(entry => entry.Key));
    }

    [Fact]
    public async Task A_follower_of_concurrent_writers_misses_nothing_and_sees_nothing_twice()
    {
        const int Writers = 12;
        const int Writes = 25;
        var written = new ConcurrentBag<(string, long)>();
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async i =>
        {
            await Task.Yield();
            var row = Row($"w{i}");
            for (var n = 1; n <= Writes; n++)
            {
                await row.WriteSurelyAsync($"{n}");
                written.Add(($"w{i}", n));
            }
        }));

        var seen = await FollowAsync(Store.Log, writing, Writers * Writes);

        Assert.Equal(Writers * Writes, written.Count);
        Assert.Equal(written.Order(), seen.Select(entry => (entry.Key, entry.Sequence)).Order());
        foreach (var grain in seen.GroupBy(entry => entry.Key))
            Assert.Equal(Enumerable.Range(1, Writes).Select(n => (long)n), grain.Select(entry => entry.Sequence));
    }

    /// <summary>Follows as a gateway does, always from its own last position, until all is there.</summary>
    private static async Task<List<LogEntry>> FollowAsync(ILog log, Task writing, int expected)
    {
        var seen = new List<LogEntry>();
        await Eventually.IsAsync($"all {expected} transitions followed", async () =>
        {
            var done = writing.IsCompleted;
            var page = await log.TailAsync(seen.Count == 0 ? 0 : seen[^1].Position, 7, default);
            seen.AddRange(page);
            return done && page.Count == 0 && seen.Count >= expected;
        });
        await writing;
        return seen;
    }
}
