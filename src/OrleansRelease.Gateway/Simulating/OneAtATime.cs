namespace OrleansRelease.Gateway.Simulating;

/// <summary>Lets one work and one wait; whoever else comes is told so at once, and can come again.</summary>
internal sealed class OneAtATime : IDisposable
{
    private const int MostThere = 2;

    private readonly SemaphoreSlim _one = new(1);

    private int _there;

    /// <summary>Null when one waits already: nothing was done then.</summary>
    public async Task<T?> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
        where T : class
    {
        try
        {
            if (Interlocked.Increment(ref _there) > MostThere) return null;
            await _one.WaitAsync(cancellation);
            try
            {
                return await work();
            }
            finally
            {
                _one.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _there);
        }
    }

    public void Dispose() => _one.Dispose();
}
