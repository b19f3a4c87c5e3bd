using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Bells;

/// <summary>Wakes all that wait for it; a ring between a look and the wait is not missed.</summary>
internal sealed class Chime(TimeProvider time) : IDoorbell
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _rung;

    public long Rung => Interlocked.Read(ref _rung);

    public void Ring()
    {
        Interlocked.Increment(ref _rung);
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public async Task WaitAsync(long rung, TimeSpan atMost, CancellationToken cancellation)
    {
        // Taken before the count is looked at: whatever rings after that ends this one.
        var next = Volatile.Read(ref _next).Task;
        if (Rung != rung || atMost == TimeSpan.Zero) return;
        await next.WaitAsync(atMost, time, cancellation).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellation.ThrowIfCancellationRequested();
    }
}
