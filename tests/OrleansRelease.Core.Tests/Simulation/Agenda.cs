namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// What is going to happen, in order of virtual time; what is due together happens in the order it was planned. No two
/// things happen at the very same time, as none do under a real clock.
/// </summary>
internal sealed class Agenda(DateTimeOffset start)
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, int Order)> _queue = new();
    private int _order;

    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>All servers end: what they have planned never happens.</summary>
    public void Clear() => _queue.Clear();

    public void At(DateTimeOffset at, Action happens) => _queue.Enqueue(happens, (at > Now ? at : Now, _order++));

    public void After(TimeSpan delay, Action happens) => At(Now + delay, happens);

    /// <summary>Lets the next thing happen; false when nothing more will before <paramref name="end"/>.</summary>
    public bool Next(DateTimeOffset end)
    {
        if (!_queue.TryPeek(out _, out var next) || next.At > end) return false;
        var happens = _queue.Dequeue();
        Now = next.At > Now ? next.At : Now.AddTicks(1);
        happens();
        return true;
    }
}
