namespace OrleansRelease.Core.Analysis;

/// <summary>Windows are asked for by time: that means the same only where clocks agree.</summary>
public static class Clocks
{
    /// <summary>The header in which a source says, with any answer, its own Unix milliseconds.</summary>
    public const string Header = "X-Time-Ms";

    /// <summary>Beyond this a source's numbers are of another time than the one asked for, and count as none.</summary>
    public static readonly TimeSpan MostApart = TimeSpan.FromMilliseconds(500);
}
