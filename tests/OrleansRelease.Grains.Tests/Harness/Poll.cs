using System.Diagnostics;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>Waits for a condition, and says which one did not come true and what was there instead.</summary>
internal static class Poll
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task<T> UntilAsync<T>(string what, Func<Task<T>> read, Func<T, bool> holds)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var seen = await read();
            if (holds(seen)) return seen;
            Assert.True(
                Stopwatch.GetElapsedTime(started) < Patience, $"{what}: not so after {Patience}; last seen: {seen}");
            await timer.WaitForNextTickAsync();
        }
    }

    public static Task UntilAsync(string what, Func<bool> holds) =>
        UntilAsync(what, () => Task.FromResult(holds()), seen => seen);
}
