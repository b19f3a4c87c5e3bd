namespace OrleansRelease.Contracts.Streams;

/// <summary>Names by which streams are subscribed to.</summary>
public static class StreamNames
{
    /// <summary>
    /// The provider of <see cref="Bell"/>s. A stream's namespace is the grain type of its subscriber, its key that of
    /// the grain; the subscription is implicit.
    /// </summary>
    public const string Log = "log";
}
