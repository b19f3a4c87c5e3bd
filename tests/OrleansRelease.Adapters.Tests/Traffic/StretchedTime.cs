namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>
/// A clock on which a second lasts several: what is to be done within one is done within it on a busy machine too.
/// </summary>
internal sealed class StretchedTime(int factor) : TimeProvider
{
    public override long GetTimestamp() => base.GetTimestamp() / factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Stretched(dueTime), Stretched(period));

    private TimeSpan Stretched(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? span : span * factor;
}
