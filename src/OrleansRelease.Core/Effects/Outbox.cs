using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Effects;

/// <summary>What is known of an effect: still to be done, or how it ended.</summary>
public enum EffectStatus
{
    Pending,
    Applied,
    NotApplied,
    Refused,
    Overtaken,
    Unknown,

    /// <summary>Given up before its last attempt was begun; an earlier one may have happened.</summary>
    NotBegun,
}

/// <summary>
/// One effect and the attempts made at it. While it is pending, <see cref="DueAt"/> is when the running attempt,
/// claimed by a write before its call, counts as lost, or when the next attempt may be claimed. <see cref="InDoubt"/>
/// says that some attempt ended without anybody knowing whether it happened; <see cref="FirstAt"/> is when the first
/// attempt was claimed.
/// </summary>
public sealed record OutboxEntry(
    Effect Effect, EffectStatus Status, int Attempt, bool Running, DateTimeOffset DueAt, string? Note = null,
    bool InDoubt = false)
{
    // Not a parameter: the exporter of JSON schemas knows no default that is a structure.
    public DateTimeOffset FirstAt { get; init; }

    /// <summary>
    /// When the newest attempt is over, whatever became of it: its time-out holds for whoever carries it out, too. Null
    /// in rows of builds that did not say it.
    /// </summary>
    public DateTimeOffset? OverAt { get; init; }

    [JsonIgnore]
    public bool IsPending => Status == EffectStatus.Pending;

    /// <summary>
    /// Somebody may still be carrying out an attempt: its outcome is not known, or another one is before its last.
    /// </summary>
    [JsonIgnore]
    public bool MayStillArrive => Running || InDoubt || Status == EffectStatus.Unknown;

    /// <summary>It happened, or nobody can say that it did not: an earlier attempt may still arrive.</summary>
    [JsonIgnore]
    public bool MayHaveHappened => Status switch
    {
        EffectStatus.Applied or EffectStatus.Unknown => true,
        EffectStatus.Pending => Running || InDoubt,
        EffectStatus.NotApplied or EffectStatus.Refused or EffectStatus.NotBegun => InDoubt,
        _ => false,
    };
}

/// <summary>The outcome of one attempt at one effect, as the runner reports it.</summary>
public sealed record OutcomeReport(int Ordinal, int Attempt, Outcome Outcome);

/// <summary>One attempt that has been claimed by a write and may now be made.</summary>
public sealed record Dispatch(Effect Effect, int Attempt, DateTimeOffset ClaimedAt);
