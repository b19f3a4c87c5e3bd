using System.Diagnostics;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// How long a fault lasts, and how often a round looks. Only here is time itself waited for: that a server is gone for
/// so long is what is tested.
/// </summary>
internal static class Pace
{
    /// <summary>Rarely enough that looking is no load of its own.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static async Task ForAsync(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(duration);
        await timer.WaitForNextTickAsync();
    }

    /// <summary>Reads until what was read is right, and gives that. What was waited for is put in words last.</summary>
    public static async Task<T> UntilAsync<T>(
        Func<string> what, TimeSpan patience, Func<Task<T>> read, Func<T, bool> holds, TimeSpan? look = null)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(look ?? Look);
        while (true)
        {
            var seen = await read();
            if (holds(seen)) return seen;
            if (Stopwatch.GetElapsedTime(began) > patience)
                throw new TimeoutException($"waited {patience.TotalSeconds:0} s in vain until {what()}");
            await timer.WaitForNextTickAsync();
        }
    }

    public static Task UntilAsync(string what, TimeSpan patience, Func<bool> holds) =>
        UntilAsync(() => what, patience, () => Task.FromResult(holds()), seen => seen);
}
