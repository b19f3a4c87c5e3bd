namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>
/// A clock that goes on by hand alone, and on which nobody is ever late: for more waiting ones than a list of their
/// timers can hold.
/// </summary>
internal sealed class PatientTime(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Never();

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
