using System.Diagnostics;

namespace OrleansRelease.Gateway.Tests.Harness;

/// <summary>Waits for a condition and says what it waited for when it does not come.</summary>
internal static class Poll
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<T> UntilAsync<T>(string what, Func<Task<T>> ask, Func<T, bool> isEnough)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var seen = await ask();
            if (isEnough(seen)) return seen;
            Assert.True(
                Stopwatch.GetElapsedTime(started) < Patience, $"waited {Patience} for {what}; last seen: {seen}");
            await timer.WaitForNextTickAsync();
        }
    }
}
