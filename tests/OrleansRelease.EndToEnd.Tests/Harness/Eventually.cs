namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>Waits for a condition, bounded, and says what it waited for.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static Task IsAsync(string what, Func<bool> condition) => IsAsync(what, () => Task.FromResult(condition()));

    public static async Task IsAsync(string what, Func<Task<bool>> condition)
    {
        using var bound = new CancellationTokenSource(Bound);
        using var timer = new PeriodicTimer(Look);
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(bound.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"waited {Bound.TotalSeconds} s in vain until {what}");
            }
        }
    }

    /// <summary>Looks again and again for a while that nothing of the kind happens.</summary>
    public static async Task NeverAsync(string what, TimeSpan during, Func<Task<bool>> condition)
    {
        using var over = new CancellationTokenSource(during);
        using var timer = new PeriodicTimer(Look);
        try
        {
            do Assert.False(await condition(), what);
            while (await timer.WaitForNextTickAsync(over.Token));
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // It never was.
        }
    }
}
