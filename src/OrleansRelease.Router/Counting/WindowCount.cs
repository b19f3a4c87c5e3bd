namespace OrleansRelease.Router.Counting;

/// <summary>What was counted in a stretch of time, or why that cannot be said.</summary>
internal abstract record WindowCount
{
    private WindowCount()
    {
    }

    public sealed record Counted(long Total, long Bad, long Slow, long From, long To) : WindowCount;

    /// <summary>It may still change.</summary>
    public sealed record NotOver : WindowCount;

    /// <summary>The router, or the version in it, started after the window did.</summary>
    public sealed record NotCovered(long Since) : WindowCount;

    /// <summary>It is longer ago than counts are kept.</summary>
    public sealed record Forgotten : WindowCount;
}
