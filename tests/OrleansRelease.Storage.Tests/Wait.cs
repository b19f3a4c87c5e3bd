using System.Diagnostics;

namespace OrleansRelease.Storage.Tests;

/// <summary>Waits for a condition and says what it waited for when it does not come.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"waited {Patience} for: {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
