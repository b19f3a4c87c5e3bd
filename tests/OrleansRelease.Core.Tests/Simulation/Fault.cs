namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Everything that goes wrong in a simulated world, one bit each so that one input can suffer several.
/// </summary>
[Flags]
internal enum Faults
{
    None = 0,

    // on the way of an input
    Doubled = 1 << 0,
    Late = 1 << 1,
    Lost = 1 << 2,

    // while it is handled
    StaleActivation = 1 << 3,
    WriteFailsBefore = 1 << 4,
    WriteFailsAfter = 1 << 5,
    CrashBeforeAct = 1 << 6,

    // between the act and its report
    CrashBeforeReport = 1 << 7,
    Outage = 1 << 8,

    // of an adapter
    Hangs = 1 << 9,
    Refuses = 1 << 10,
    NotApplied = 1 << 11,
    AppliedButUnknown = 1 << 12,
    ArrivesLate = 1 << 13,
    TooOld = 1 << 14,
    TakenOver = 1 << 15,

    // of a metric source
    MetricMissing = 1 << 16,
    MetricError = 1 << 17,
    MetricNotANumber = 1 << 18,
    MetricSlow = 1 << 19,

    /// <summary>An earlier effect was delivered again before this input was handled.</summary>
    Redelivered = 1 << 20,

    /// <summary>Two activations lived when this input was handled.</summary>
    TwoActivations = 1 << 21,
}
