using Orleans.Concurrency;

namespace OrleansRelease.Contracts.Wakeups;

/// <summary>Wakes the due rows of one shard, by the shard's number.</summary>
[Alias("orel.shard"), GrainInterfaceType("orel.shard")]
public interface IShardGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// One bounded pass; returns at once when a pass is under way. The number of rows that were woken.
    /// </summary>
    [AlwaysInterleave, Alias("wake-due")]
    Task<int> WakeDueAsync(CancellationToken cancellation);

    /// <summary>Sees to it that the shard is reminded from time to time, also when nobody calls.</summary>
    [Alias("be-reminded")]
    Task BeRemindedAsync(CancellationToken cancellation);
}
