using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Freezes;

/// <summary>
/// The freeze of one environment, in a row of its own: permits that are waited for, or a row of theirs that cannot be
/// read, are never in the way of the one command that must always work.
/// </summary>
public sealed record FreezeState(EnvironmentName Environment, Freeze? Freeze);

/// <summary>What a command did to the freeze of an environment.</summary>
public enum FreezeOutcome
{
    Unchanged,
    Frozen,
    Extended,
    Shortened,
    Thawed,
}

/// <summary>What a command did, and the freeze that is in force after it.</summary>
public sealed record FreezeAnswer(EnvironmentName Environment, FreezeOutcome Outcome, Freeze? Freeze);
