using System.Diagnostics;

namespace OrleansRelease.Testing;

/// <summary>Waits for a condition, bounded, and says what it waited for and what was there instead.</summary>
public static class Eventually
{
    /// <summary>Long enough for a slow machine; only a test that fails waits so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    public static Task IsAsync(string what, Func<bool> holds) => IsAsync(what, () => Task.FromResult(holds()));

    public static Task IsAsync(string what, Func<Task<bool>> holds) => IsAsync(what, holds, seen => seen);

    /// <summary>Reads until what was read is right, and gives that.</summary>
    public static async Task<T> IsAsync<T>(string what, Func<Task<T>> read, Func<T, bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Look);
        while (true)
        {
            var seen = await read();
            if (holds(seen)) return seen;
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"waited {Patience.TotalSeconds} s in vain until {what}; last seen: {seen}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Looks again and again for a while that nothing of the kind happens.</summary>
    public static async Task NeverAsync(string what, TimeSpan during, Func<Task<bool>> holds)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Look);
        do
        {
            if (await holds()) throw new InvalidOperationException($"what should never be has happened: {what}");
            await timer.WaitForNextTickAsync();
        }
        while (Stopwatch.GetElapsedTime(began) < during);
    }
}
