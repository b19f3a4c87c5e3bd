using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Releases;

/// <summary>Where a passage is, with all that has meaning only there.</summary>
[JsonDerivedType(typeof(Requiring), "requiring")]
[JsonDerivedType(typeof(Leasing), "leasing")]
[JsonDerivedType(typeof(Moving), "moving")]
[JsonDerivedType(typeof(Held), "held")]
[JsonDerivedType(typeof(Halting), "halting")]
[JsonDerivedType(typeof(GoingBack), "going-back")]
[JsonDerivedType(typeof(Stabilising), "stabilising")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(StoodUpon), "stood-upon")]
[JsonDerivedType(typeof(Looking), "looking")]
public abstract record PassageStage
{
    private PassageStage()
    {
    }

    /// <summary>What it requires has to be read, or is not there yet; nothing is leased.</summary>
    public sealed record Requiring : PassageStage;

    /// <summary>Its slots are leased one after the other, ascending; nothing has been done.</summary>
    public sealed record Leasing : PassageStage;

    public sealed record Moving : PassageStage;

    /// <summary>Nothing more begins; what moves goes on. Held by a person, by a service that failed, or both.</summary>
    public sealed record Held(PersonHold? Person, ServiceName? Failed) : PassageStage;

    /// <summary>
    /// Every rollout was told to stop and to say what has happened. At <see cref="Deadline"/> whoever has not answered
    /// counts as having done everything.
    /// </summary>
    public sealed record Halting(PassageCause Cause, DateTimeOffset Deadline) : PassageStage;

    /// <summary>Taking back by a plan. After <see cref="Deadline"/> a person has been told.</summary>
    public sealed record GoingBack(PassageCause Cause, RollbackPlan Plan, DateTimeOffset Deadline, bool Overdue)
        : PassageStage;

    /// <summary>
    /// All of it is back, by <see cref="Plan"/> or each by itself, and it is measured until its criteria have held
    /// <see cref="For"/> so long. At <see cref="Deadline"/> it ends without, and says so.
    /// </summary>
    public sealed record Stabilising(
        PassageCause Cause, RollbackPlan? Plan, Soak Soak, TimeSpan For, DateTimeOffset Deadline) : PassageStage;

    /// <summary>
    /// Others have been built on what it would take back. Nothing is leased, and nothing taken back, before a person
    /// says so.
    /// </summary>
    public sealed record StoodUpon(ImmutableArray<StandsOn> By) : PassageStage;

    /// <summary>
    /// All slots of what is to be taken back are leased, so nobody else moves them, and who stands on it is read once
    /// more. Who completes later in a service that needs one of them is not found. <see cref="NotRead"/>: why that
    /// could not be read; null: nobody has tried.
    /// </summary>
    public sealed record Looking(string? NotRead = null) : PassageStage;

    /// <summary><see cref="Stability"/>: what was measured after a way back; null: nothing was to be.</summary>
    public sealed record Ended(PassagePhase As, PassageCause? Cause, Stability? Stability = null) : PassageStage;
}
