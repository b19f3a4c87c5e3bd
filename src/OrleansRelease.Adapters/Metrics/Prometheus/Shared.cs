namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// Answers that many want: a question is on its way once, and its answer is kept for as long as it is good for. It goes
/// on while anybody waits for it, and is given up with the last of them.
/// </summary>
/// <param name="most">Answers that are kept; those on their way are bounded by who asks.</param>
/// <param name="goodFor">How long an answer is kept.</param>
/// <param name="time">By which.</param>
internal sealed class Shared<TKey, TValue>(int most, Func<TValue, TimeSpan> goodFor, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    public async Task<TValue> GetAsync(
        TKey key, Func<CancellationToken, Task<TValue>> ask, CancellationToken cancellation)
    {
        var (flight, isNew) = Join(key);
        // Nobody's own deadline ends what others wait for.
        if (isNew) _ = RunAsync(key, flight, ask);
        try
        {
            return await flight.Answer.Task.WaitAsync(cancellation);
        }
        finally
        {
            Leave(key, flight);
        }
    }

    private (Flight Flight, bool IsNew) Join(TKey key)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_flights.TryGetValue(key, out var known) && known.GoodUntil > now)
            {
                known.Waiting++;
                return (known, false);
            }

            if (_flights.Count >= most) Trim(now);
            return (_flights[key] = new Flight { Waiting = 1 }, true);
        }
    }

    private async Task RunAsync(TKey key, Flight flight, Func<CancellationToken, Task<TValue>> ask)
    {
        try
        {
            var answer = await ask(flight.GivenUp.Token);
            lock (_lock) flight.GoodUntil = time.GetUtcNow() + goodFor(answer);
            flight.Answer.TrySetResult(answer);
        }
        catch (Exception failed)
        {
            lock (_lock) Forget(key, flight);
            flight.Answer.TrySetException(failed);
            // Whoever waited has it; when nobody did, nobody misses it.
            _ = flight.Answer.Task.Exception;
        }
    }

    private void Leave(TKey key, Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Waiting > 0 || flight.Answer.Task.IsCompleted) return;
            // Under the same lock: who comes now begins anew, and joins nothing that is given up.
            Forget(key, flight);
        }

        flight.GivenUp.Cancel();
    }

    private void Forget(TKey key, Flight flight)
    {
        if (_flights.TryGetValue(key, out var known) && known == flight) _flights.Remove(key);
    }

    private void Trim(DateTimeOffset now)
    {
        var old = _flights.Where(one => one.Value.GoodUntil <= now).Select(one => one.Key).ToList();
        if (old.Count == 0) old = [.. _flights.Where(one => one.Value.Answer.Task.IsCompleted).Select(one => one.Key)];
        foreach (var key in old) _flights.Remove(key);
    }

    private sealed class Flight
    {
        public TaskCompletionSource<TValue> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource GivenUp { get; } = new();

        public int Waiting { get; set; }

        /// <summary>For ever while it is on its way.</summary>
        public DateTimeOffset GoodUntil { get; set; } = DateTimeOffset.MaxValue;
    }
}
