namespace OrleansRelease.Grains.Restoring;

/// <summary>How often routers are asked, after a start, whether somebody has moved slots by hand.</summary>
public sealed record HandLookOptions
{
    /// <summary>How soon those that did not answer are asked again: they may start together with the servers.</summary>
    public TimeSpan Soon { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>In how many rounds that is done so soon; after them people are told.</summary>
    public int SoonRounds { get; init; } = 6;

    /// <summary>How often afterwards, for as long as it takes.</summary>
    public TimeSpan Later { get; init; } = TimeSpan.FromMinutes(1);
}
