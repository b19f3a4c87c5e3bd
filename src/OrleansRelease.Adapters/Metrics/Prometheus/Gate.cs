using System.Globalization;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// How many queries one source is asked at a time. The others wait, so many and so long at most: a source that is too
/// slow is an error that says so, not a queue that grows. Who is patient enters only while nobody else waits, and the
/// patient ones together never have more than a quarter of the places, nor the last that is free. Where a quarter is
/// none, one of them enters while nothing else runs.
/// </summary>
internal sealed class Gate(int atOnce, TimeProvider time)
{
    public const int MostWaiting = 4_096;

    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private const int PatientShare = 4;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _others = [];
    private readonly LinkedList<Waiter> _patient = [];
    private int _inside;
    private int _patientInside;

    private bool MayPatientEnter => atOnce < PatientShare
        ? _inside == 0
        : _patientInside < atOnce / PatientShare && _inside < atOnce - 1;

    /// <summary>What to add to the reason of who gave up: null while nobody has to wait.</summary>
    /// <param name="isPatient">Whether the patient ones that wait are in the way too.</param>
    public string? Crowd(bool isPatient)
    {
        lock (_lock)
        {
            var waiting = _others.Count + (isPatient ? _patient.Count : 0);
            return waiting == 0 ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"{waiting} queries wait for one of {atOnce} places there (maxConcurrent)");
        }
    }

    /// <summary>Runs the call when there is a place; a text when there was none in time.</summary>
    public async Task<(T? Value, string? Full)> RunAsync<T>(
        bool isPatient, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        if (await EnterAsync(isPatient, cancellation) is { } full) return (default, full);
        try
        {
            return (await call(cancellation), null);
        }
        finally
        {
            Leave(isPatient);
        }
    }

    private async Task<string?> EnterAsync(bool isPatient, CancellationToken cancellation)
    {
        if (Join(isPatient) is not { } waiter)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{MostWaiting} queries wait for one of {atOnce} places there already (maxConcurrent): "
                + $"the source is too slow for what it is asked");
        }

        if (waiter.Admitted.Task.IsCompleted) return null;
        using var limit = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        await using var giving = either.Token.Register(() => GiveUp(waiter, either.Token));
        try
        {
            await waiter.Admitted.Task;
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"none of {atOnce} places there (maxConcurrent) was free within {LongestWait.TotalSeconds:0} s: "
                + $"the source is too slow for what it is asked");
        }
    }

    private Waiter? Join(bool isPatient)
    {
        var waiter = new Waiter(isPatient);
        lock (_lock)
        {
            var lane = LaneOf(waiter);
            lane.AddLast(waiter.Node);
            Admit();
            if (lane.Count <= MostWaiting) return waiter;
            lane.Remove(waiter.Node);
            return null;
        }
    }

    private void Admit()
    {
        while (_inside < atOnce && Next() is { } waiter)
        {
            LaneOf(waiter).Remove(waiter.Node);
            _inside++;
            if (waiter.IsPatient) _patientInside++;
            waiter.Admitted.SetResult();
        }
    }

    private Waiter? Next() => (_others.First ?? (MayPatientEnter ? _patient.First : null))?.Value;

    // One that has been admitted meanwhile is in no lane any more: its place is left in the ordinary way.
    private void GiveUp(Waiter waiter, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (waiter.Node.List is not { } lane) return;
            lane.Remove(waiter.Node);
            waiter.Admitted.SetCanceled(cancellation);
            // Who is patient may have waited for it to go.
            Admit();
        }
    }

    private void Leave(bool isPatient)
    {
        lock (_lock)
        {
            _inside--;
            if (isPatient) _patientInside--;
            Admit();
        }
    }

    private LinkedList<Waiter> LaneOf(Waiter waiter) => waiter.IsPatient ? _patient : _others;

    private sealed class Waiter
    {
        public Waiter(bool isPatient) => (IsPatient, Node) = (isPatient, new LinkedListNode<Waiter>(this));

        public bool IsPatient { get; }

        public LinkedListNode<Waiter> Node { get; }

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
