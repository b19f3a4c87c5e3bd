namespace OrleansRelease.Grains.Effects;

/// <summary>The bounds within which one server acts on the outside world.</summary>
public sealed record RunnerOptions
{
    /// <summary>How many calls one connection gets at a time.</summary>
    public int CallsPerConnection { get; init; } = 16;

    /// <summary>
    /// How many of them only ways back may use, so that a flood of starts never stands before a way back.
    /// </summary>
    public int ReservedForWaysBack { get; init; } = 4;

    /// <summary>How many attempts may wait or run at a time, forward and back each.</summary>
    public int MaxInFlight { get; init; } = 2_000;

    /// <summary>
    /// How many more may be handed over before the newest are dropped; those are found by their time-out.
    /// </summary>
    public int MaxQueued { get; init; } = 10_000;

    /// <summary>How long a source of traces may take; nothing waits for it.</summary>
    public TimeSpan TracesTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a shutdown waits for calls under way.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many outcomes are reported to one row at a time; the others wait for their turn.</summary>
    public int ReportsPerRow { get; init; } = 128;

    /// <summary>How often an outcome is reported before it is left to the attempt's time-out.</summary>
    public int ReportAttempts { get; init; } = 3;
}
