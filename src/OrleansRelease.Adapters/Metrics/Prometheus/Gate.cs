using System.Globalization;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>There was no place.</summary>
/// <param name="Reason">For people.</param>
/// <param name="WasPatient">Whether it was so until the end: another one may have a place at once.</param>
internal sealed record NoPlace(string Reason, bool WasPatient);

/// <summary>
/// How many queries one source is asked at a time. The others wait, so many and so long at most: a source that is too
/// slow is an error that says so, not a queue that grows. Who is patient enters only while nobody else waits, and the
/// patient ones together never have more than a quarter of the places, nor the last that is free. Where a quarter is
/// none, one of them enters while nothing else runs. Who turns out to be wanted soon is patient no more.
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

    /// <summary>Runs the call when there is a place, if there is one in time.</summary>
    public async Task<(T? Value, NoPlace? None)> RunAsync<T>(Wanted wanted, Func<CancellationToken, Task<T>> call)
    {
        var waiter = new Waiter(wanted.IsPatient);
        // It stands in no lane by then, so nobody hurries it any more.
        if (await EnterAsync(waiter, wanted) is { } reason) return (default, new(reason, waiter.IsPatient));
        try
        {
            return (await call(wanted.NoMore), null);
        }
        finally
        {
            Leave(waiter);
        }
    }

    private async Task<string?> EnterAsync(Waiter waiter, Wanted wanted)
    {
        if (!Join(waiter))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{MostWaiting} queries wait for one of {atOnce} places there already (maxConcurrent): "
                + $"the source is too slow for what it is asked");
        }

        if (waiter.Admitted.Task.IsCompleted) return null;
        using var limit = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, wanted.NoMore);
        await using var giving = either.Token.Register(() => GiveUp(waiter, either.Token));
        await using var hurrying = wanted.Soon.Register(() => Hurry(waiter, limit));
        try
        {
            await waiter.Admitted.Task;
            return null;
        }
        catch (OperationCanceledException) when (!wanted.NoMore.IsCancellationRequested)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"none of {atOnce} places there (maxConcurrent) was free within {LongestWait.TotalSeconds:0} s: "
                + $"the source is too slow for what it is asked");
        }
    }

    private bool Join(Waiter waiter)
    {
        lock (_lock)
        {
            var lane = LaneOf(waiter);
            lane.AddLast(waiter.Node);
            Admit();
            if (lane.Count <= MostWaiting) return true;
            lane.Remove(waiter.Node);
            return false;
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

    // Who has come now stands where it would without the patient ones, and has waited for nothing yet.
    private void Hurry(Waiter waiter, CancellationTokenSource limit)
    {
        lock (_lock)
        {
            if (waiter.Node.List != _patient) return;
            _patient.Remove(waiter.Node);
            waiter.IsPatient = false;
            _others.AddLast(waiter.Node);
            Admit();
        }

        limit.CancelAfter(LongestWait);
    }

    private void Leave(Waiter waiter)
    {
        lock (_lock)
        {
            _inside--;
            if (waiter.IsPatient) _patientInside--;
            Admit();
        }
    }

    private LinkedList<Waiter> LaneOf(Waiter waiter) => waiter.IsPatient ? _patient : _others;

    private sealed class Waiter
    {
        public Waiter(bool isPatient) => (IsPatient, Node) = (isPatient, new LinkedListNode<Waiter>(this));

        public bool IsPatient { get; set; }

        public LinkedListNode<Waiter> Node { get; }

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
