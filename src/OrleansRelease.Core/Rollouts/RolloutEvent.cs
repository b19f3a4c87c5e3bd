using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Trails;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>All that can have happened to a rollout. The state is the fold of these over time.</summary>
[JsonDerivedType(typeof(Began), "began")]
[JsonDerivedType(typeof(StepEntered), "step-entered")]
[JsonDerivedType(typeof(Acted), "acted")]
[JsonDerivedType(typeof(ActionLapsed), "action-lapsed")]
[JsonDerivedType(typeof(ActionWithheld), "action-withheld")]
[JsonDerivedType(typeof(TrafficChanging), "traffic-changing")]
[JsonDerivedType(typeof(TrafficConfirmed), "traffic-confirmed")]
[JsonDerivedType(typeof(WindowsJudged), "windows-judged")]
[JsonDerivedType(typeof(HealthSeen), "health-seen")]
[JsonDerivedType(typeof(FreezeSeen), "freeze-seen")]
[JsonDerivedType(typeof(RequiredSeen), "required-seen")]
[JsonDerivedType(typeof(PausedByPerson), "paused-by-person")]
[JsonDerivedType(typeof(ResumedByPerson), "resumed-by-person")]
[JsonDerivedType(typeof(EvidenceLost), "evidence-lost")]
[JsonDerivedType(typeof(EvidenceRegained), "evidence-regained")]
[JsonDerivedType(typeof(HeldByFinding), "held-by-finding")]
[JsonDerivedType(typeof(FindingLifted), "finding-lifted")]
[JsonDerivedType(typeof(FindingCleared), "finding-cleared")]
[JsonDerivedType(typeof(BlamedWhenVerified), "blamed-when-verified")]
[JsonDerivedType(typeof(Overridden), "overridden")]
[JsonDerivedType(typeof(WentBack), "went-back")]
[JsonDerivedType(typeof(Undone), "undone")]
[JsonDerivedType(typeof(WayBackOverdue), "way-back-overdue")]
[JsonDerivedType(typeof(GotStuck), "got-stuck")]
[JsonDerivedType(typeof(Retried), "retried")]
[JsonDerivedType(typeof(Finished), "finished")]
[JsonDerivedType(typeof(RecordChecked), "record-checked")]
[JsonDerivedType(typeof(UndoRepeated), "undo-repeated")]
[JsonDerivedType(typeof(NeverBegan), "never-began")]
[JsonDerivedType(typeof(Verified), "verified")]
[JsonDerivedType(typeof(Halted), "halted")]
[JsonDerivedType(typeof(TurnCame), "turn-came")]
[JsonDerivedType(typeof(RetriedByRelease), "retried-by-release")]
[JsonDerivedType(typeof(PassageRung), "passage-rung")]
[JsonDerivedType(typeof(TrailLeft), "trail-left")]
[JsonDerivedType(typeof(TracesSeen), "traces-seen")]
[JsonDerivedType(typeof(LoadShed), "load-shed")]
[JsonDerivedType(typeof(RequestsBack), "requests-back")]
public abstract record RolloutEvent
{
    private RolloutEvent()
    {
    }

    public sealed record Began(
        RolloutId Id, int Generation, VersionName? Baseline, VersionName Version, string SpecHash, ActorName StartedBy,
        string? BaselineSpecHash = null, bool IsKept = false, PassageId? Passage = null) : RolloutEvent;

    /// <summary>
    /// Its release was stopped before it began, or it was left because of a cause: it never will.
    /// </summary>
    public sealed record NeverBegan(
        RolloutId Id, PassageId? Passage, VersionName Version, string SpecHash, ActorName StartedBy,
        Cause? Cause = null) : RolloutEvent;

    public sealed record StepEntered(int Step, Work Work) : RolloutEvent;

    /// <summary>The step's effect was decided.</summary>
    public sealed record Acted(int Ordinal, DateTimeOffset? GiveUpAt) : RolloutEvent;

    /// <summary>The step's effect grew too old to be tried again unasked; its gates are asked anew.</summary>
    public sealed record ActionLapsed : RolloutEvent;

    /// <summary>
    /// The step's effect was not begun, because nothing may go forward now; <see cref="IsUntouched"/> where no earlier
    /// attempt at it can have changed anything either.
    /// </summary>
    public sealed record ActionWithheld(bool IsUntouched) : RolloutEvent;

    public sealed record TrafficChanging : RolloutEvent;

    public sealed record TrafficConfirmed(Weight Weight) : RolloutEvent;

    public sealed record WindowsJudged(ImmutableArray<Judged> Windows) : RolloutEvent;

    public sealed record HealthSeen(HealthFact Fact) : RolloutEvent;

    public sealed record FreezeSeen(FreezeFact Fact) : RolloutEvent;

    public sealed record RequiredSeen(RequiredFact Fact) : RolloutEvent;

    public sealed record PausedByPerson(ActorName Actor, string? Reason) : RolloutEvent;

    public sealed record ResumedByPerson(ActorName Actor, string? Reason) : RolloutEvent;

    public sealed record EvidenceLost(string Metric, Verdict Verdict, string Reason, DateTimeOffset? GiveUpAt)
        : RolloutEvent;

    public sealed record EvidenceRegained : RolloutEvent;

    /// <summary>
    /// A service got worse, and this may be why: it holds until <see cref="EndsAt"/>, or what a newer finding says. The
    /// whole finding is the input of the transition. <see cref="IsNotItsDoing"/>: another one is blamed.
    /// </summary>
    public sealed record HeldByFinding(
        SlotKey Degraded, DateTimeOffset Onset, DateTimeOffset At, DateTimeOffset EndsAt, string Words, string Own,
        bool IsNotItsDoing = false) : RolloutEvent;

    /// <summary>
    /// What was found there holds it no longer: cleared by the finding of that time, or, null, none came any more.
    /// </summary>
    public sealed record FindingLifted(SlotKey Degraded, DateTimeOffset? By) : RolloutEvent;

    /// <summary>
    /// Its own service got worse, and it is not why; nothing of that held it. What all versions burn is not its doing
    /// for as long as this is the newest word.
    /// </summary>
    public sealed record FindingCleared(SlotKey Degraded, DateTimeOffset Onset, DateTimeOffset At) : RolloutEvent;

    /// <summary>It is to blame, and was verified before that was found: its release decides what follows.</summary>
    public sealed record BlamedWhenVerified(Cause Cause) : RolloutEvent;

    public sealed record Overridden(string What, ActorName Actor, string? Reason) : RolloutEvent;

    /// <summary>The way back began; its first effect is <see cref="Ordinal"/>.</summary>
    public sealed record WentBack(Cause Cause, WayBack Plan, int Ordinal, DateTimeOffset Deadline) : RolloutEvent;

    /// <summary>One step of the way back is verified; the next effect is <see cref="NextOrdinal"/>.</summary>
    public sealed record Undone(int NextOrdinal) : RolloutEvent;

    /// <summary>The announced bound has passed; the way back goes on, and a person is told.</summary>
    public sealed record WayBackOverdue : RolloutEvent;

    /// <summary>
    /// Requests go back to what is ready, and those of class low come last; that is the effect <see cref="Ordinal"/>.
    /// Where all is ready, nothing is refused any more.
    /// </summary>
    public sealed record LoadShed(int Ordinal, InstanceCount Ready) : RolloutEvent;

    /// <summary>The effect <see cref="Ordinal"/> has shed load, or nobody knows that it has not.</summary>
    public sealed record RequestsBack(int Ordinal) : RolloutEvent;

    public sealed record GotStuck(string Reason) : RolloutEvent;

    public sealed record Retried(ActorName Actor, string? Reason, int Ordinal, DateTimeOffset Deadline) : RolloutEvent;

    public sealed record Finished(Phase As, Cause? Cause) : RolloutEvent;

    /// <summary>Everything was done and judged good; its release may still take it back.</summary>
    public sealed record Verified : RolloutEvent;

    /// <summary>Its release is taken back: it decides nothing forward any more, and this has happened.</summary>
    public sealed record Halted(Happened Happened) : RolloutEvent;

    /// <summary>It is to go back by this plan, as soon as nothing can arrive any more that nobody fences out.</summary>
    public sealed record TurnCame(int Plan) : RolloutEvent;

    /// <summary>What got stuck is undone once more, because its release says so.</summary>
    public sealed record RetriedByRelease(PassageId Passage, int Plan, int Ordinal, DateTimeOffset Deadline)
        : RolloutEvent;

    /// <summary>
    /// What it is for its release has changed: that one is rung by this transition, and reads it here.
    /// </summary>
    public sealed record PassageRung(long Sequence, PartStage Part) : RolloutEvent;

    /// <summary>The store was restored, and this is how far its record was checked; null: it holds.</summary>
    public sealed record RecordChecked(Restored? Restored) : RolloutEvent;

    /// <summary>A metric has failed, and this is where to look.</summary>
    public sealed record TrailLeft(Trail Trail) : RolloutEvent;

    /// <summary>What a trace source has found of what failed, or that it could not say.</summary>
    public sealed record TracesSeen(TracesFact Fact) : RolloutEvent;

    /// <summary>The step of the way back that was under way is decided once more.</summary>
    public sealed record UndoRepeated(int Ordinal) : RolloutEvent;
}
