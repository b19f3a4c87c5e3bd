using System.Collections.Concurrent;

namespace OrleansRelease.Adapters.Tests.Targets.Webhook;

/// <summary>Waits are shorter than they are said to be, and only these.</summary>
internal sealed class HurriedTime(int times) : TimeProvider
{
    /// <summary>The waits as they were said.</summary>
    public ConcurrentQueue<TimeSpan> Said { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero) Said.Enqueue(dueTime);
        return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / times : dueTime, period);
    }
}
