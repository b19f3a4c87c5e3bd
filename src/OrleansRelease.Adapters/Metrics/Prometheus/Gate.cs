using System.Globalization;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// How many queries one source is asked at a time. The others wait, so many and so long at most: a source that is too
/// slow is an error that says so, not a queue that grows.
/// </summary>
internal sealed class Gate(int atOnce, TimeProvider time)
{
    public const int MostWaiting = 4_096;

    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private int _waiting;

    private SemaphoreSlim Places { get; } = new(atOnce);

    /// <summary>What to add to the reason of who gave up: null while nobody has to wait.</summary>
    public string? Crowd => Volatile.Read(ref _waiting) is > 0 and var waiting
        ? string.Create(
            CultureInfo.InvariantCulture, $"{waiting} queries wait for one of {atOnce} places there (maxConcurrent)")
        : null;

    /// <summary>Runs the call when there is a place; a text when there was none in time.</summary>
    public async Task<(T? Value, string? Full)> RunAsync<T>(
        Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        if (await EnterAsync(cancellation) is { } full) return (default, full);
        try
        {
            return (await call(cancellation), null);
        }
        finally
        {
            Places.Release();
        }
    }

    private async Task<string?> EnterAsync(CancellationToken cancellation)
    {
        if (await Places.WaitAsync(0, CancellationToken.None)) return null;
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{MostWaiting} queries wait for one of {atOnce} places there already (maxConcurrent): "
                + $"the source is too slow for what it is asked");
        }

        using var limit = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await Places.WaitAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"none of {atOnce} places there (maxConcurrent) was free within {LongestWait.TotalSeconds:0} s: "
                + $"the source is too slow for what it is asked");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
