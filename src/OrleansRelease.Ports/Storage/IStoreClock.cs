namespace OrleansRelease.Ports.Storage;

/// <summary>
/// The time that decisions are made by: the store's at the last exchange plus what has passed since, monotonic. A
/// machine whose clock jumps does not move it.
/// </summary>
public interface IStoreClock
{
    DateTimeOffset Now { get; }

    /// <summary>The epoch of the store, first part of every fence; it rises when a store is restored.</summary>
    int Epoch { get; }
}
