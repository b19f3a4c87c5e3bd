namespace OrleansRelease.Grains.Wakeups;

/// <summary>How often, and how many at a time, due rows are looked for and woken.</summary>
public sealed record WakeOptions
{
    /// <summary>How often every server asks which shards have due rows, give or take a fifth.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often instead for a while after a server came or went: what it decided on lost its timers, and nobody else
    /// knows yet when it is due.
    /// </summary>
    public TimeSpan IntervalAfterChange { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long that while is; longer than most rows wait for their next decision.</summary>
    public TimeSpan Change { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often each shard is reminded on its own, where reminders are kept; null: they are not. It is the backstop
    /// for a cluster whose keepers do not ask any more.
    /// </summary>
    public TimeSpan? RemindEvery { get; init; }

    /// <summary>How many shards one server wakes at a time.</summary>
    public int ParallelShards { get; init; } = 8;

    /// <summary>How many rows one pass over a shard reads.</summary>
    public int RowsPerPass { get; init; } = 500;

    /// <summary>How many rows of a shard are woken at a time.</summary>
    public int ParallelRows { get; init; } = 16;

    /// <summary>How long one row may hold up its pass.</summary>
    public TimeSpan RowTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
