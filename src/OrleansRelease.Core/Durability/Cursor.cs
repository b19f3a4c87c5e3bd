namespace OrleansRelease.Core.Durability;

/// <summary>
/// How a subscriber keeps its place in what a source decides: by the sequence up to which it has read. A bell may come
/// late, twice, in another order or not at all: that costs a read, never a transition.
/// </summary>
public static class Cursor
{
    /// <param name="last">Up to where the subscriber has read.</param>
    /// <param name="sequence">The transition that rang.</param>
    /// <param name="previous">The one before it that rang the same subscriber.</param>
    public static CatchUp On(long last, long sequence, long previous) =>
        sequence <= last ? CatchUp.Nothing : previous == last ? CatchUp.ThatOne : CatchUp.AllSince;
}

/// <summary>What a subscriber has to read when it is rung.</summary>
public enum CatchUp
{
    /// <summary>It has read that transition already.</summary>
    Nothing,

    /// <summary>Nothing that concerns it lies in between.</summary>
    ThatOne,

    /// <summary>A bell was lost, or has not come yet: everything after its place.</summary>
    AllSince,
}
