namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// Answers that many want: a question is on its way once, and its answer is kept for as long as it is good for. It goes
/// on while anybody waits for it, and is given up with the last of them. It is patient while all of them are. Where
/// there is no room for another answer, those that nobody has wanted for the longest go, and no more than must.
/// </summary>
/// <param name="room">For the answers that are kept; those on their way are bounded by who asks.</param>
/// <param name="time">By which they are.</param>
internal sealed class Shared<TKey, TValue>(long room, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];
    private readonly LinkedList<Flight> _keptByUse = [];
    private readonly SortedSet<Flight> _keptByEnd = new(Flight.SoonerEnd);
    private long _kept;
    private long _begun;

    /// <param name="key">What the question is.</param>
    /// <param name="isPatient">Whether nothing waits for this caller.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="cancellation">Of this caller alone.</param>
    public async Task<TValue> GetAsync(
        TKey key, bool isPatient, Func<Wanted, Task<Found<TValue>>> ask, CancellationToken cancellation)
    {
        while (true)
        {
            // Who joins what is just about to be given up has hurried nothing any more, and has not waited itself. That
            // is over by now, and what this one begins is patient for nobody.
            var found = await OnceAsync(key, isPatient, ask, cancellation);
            if (isPatient || !found.IsOnlyForPatient) return found.Value;
        }
    }

    private async Task<Found<TValue>> OnceAsync(
        TKey key, bool isPatient, Func<Wanted, Task<Found<TValue>>> ask, CancellationToken cancellation)
    {
        var (flight, isNew) = Join(key);
        // Not under the lock: it is told to the queue at once.
        if (!isPatient) flight.Soon.Cancel();
        // Nobody's own deadline ends what others wait for.
        if (isNew) _ = RunAsync(flight, ask);
        try
        {
            return await flight.Answer.Task.WaitAsync(cancellation);
        }
        finally
        {
            Leave(flight);
        }
    }

    private (Flight Flight, bool IsNew) Join(TKey key)
    {
        lock (_lock)
        {
            if (_flights.TryGetValue(key, out var known))
            {
                if (known.GoodUntil > time.GetUtcNow())
                {
                    Use(known);
                    return (known, false);
                }

                Forget(known);
            }

            return (_flights[key] = new Flight(key, ++_begun) { Waiting = 1 }, true);
        }
    }

    private async Task RunAsync(Flight flight, Func<Wanted, Task<Found<TValue>>> ask)
    {
        try
        {
            var found = await ask(new(flight.Soon.Token, flight.GivenUp.Token));
            lock (_lock)
            {
                Keep(flight, found);
                flight.Answer.TrySetResult(found);
            }
        }
        catch (Exception failed)
        {
            lock (_lock) Forget(flight);
            flight.Answer.TrySetException(failed);
            // Whoever waited has it; when nobody did, nobody misses it.
            _ = flight.Answer.Task.Exception;
        }
    }

    private void Leave(Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Waiting > 0 || flight.Answer.Task.IsCompleted) return;
            // Under the same lock: who comes now begins anew, and joins nothing that is given up.
            Forget(flight);
        }

        flight.GivenUp.Cancel();
    }

    private void Use(Flight flight)
    {
        flight.Waiting++;
        if (flight.Use.List is null) return;
        _keptByUse.Remove(flight.Use);
        _keptByUse.AddLast(flight.Use);
    }

    private void Keep(Flight flight, Found<TValue> found)
    {
        if (!IsKnown(flight)) return;
        var now = time.GetUtcNow();
        // Larger than all room together: for it the others would go for nothing.
        if (found.GoodFor <= TimeSpan.Zero || found.Size > room)
        {
            Forget(flight);
            return;
        }

        (flight.GoodUntil, flight.Size) = (now + found.GoodFor, found.Size);
        _kept += flight.Size;
        _keptByUse.AddLast(flight.Use);
        _keptByEnd.Add(flight);
        while (_keptByEnd.Min is { } first && first.GoodUntil <= now) Forget(first);
        while (_kept > room) Forget(_keptByUse.First!.Value);
    }

    // One that was given up may be asked anew meanwhile, by others.
    private bool IsKnown(Flight flight) => _flights.TryGetValue(flight.Key, out var known) && known == flight;

    private void Forget(Flight flight)
    {
        if (IsKnown(flight)) _flights.Remove(flight.Key);
        if (flight.Use.List is null) return;
        _keptByUse.Remove(flight.Use);
        _keptByEnd.Remove(flight);
        _kept -= flight.Size;
    }

    private sealed class Flight
    {
        public static readonly Comparer<Flight> SoonerEnd = Comparer<Flight>.Create(
            static (one, other) => (one.GoodUntil, one.Number).CompareTo((other.GoodUntil, other.Number)));

        public Flight(TKey key, long number) =>
            (Key, Number, Use) = (key, number, new LinkedListNode<Flight>(this));

        public TKey Key { get; }

        public long Number { get; }

        public TaskCompletionSource<Found<TValue>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Soon { get; } = new();

        public CancellationTokenSource GivenUp { get; } = new();

        public int Waiting { get; set; }

        /// <summary>For ever while it is on its way.</summary>
        public DateTimeOffset GoodUntil { get; set; } = DateTimeOffset.MaxValue;

        public long Size { get; set; }

        /// <summary>Its place among those that are kept.</summary>
        public LinkedListNode<Flight> Use { get; }
    }
}
