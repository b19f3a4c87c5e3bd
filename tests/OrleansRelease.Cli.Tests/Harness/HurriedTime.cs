namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>Time that goes faster than it does, so that what waits for minutes is over in seconds.</summary>
internal sealed class HurriedTime(int factor) : TimeProvider
{
    private readonly DateTimeOffset _began = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _began + ((System.GetUtcNow() - _began) * factor);

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new HurriedTimer(System.CreateTimer(callback, state, Hurried(dueTime), Hurried(period)), this);

    private TimeSpan Hurried(TimeSpan wait) => wait > TimeSpan.Zero ? wait / factor : wait;

    private sealed class HurriedTimer(ITimer timer, HurriedTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            timer.Change(time.Hurried(dueTime), time.Hurried(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
