using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Releases;

/// <summary>All that can have happened to a passage. The state is the fold of these over time.</summary>
[JsonDerivedType(typeof(Began), "began")]
[JsonDerivedType(typeof(RequiredSeen), "required-seen")]
[JsonDerivedType(typeof(RingAsked), "ring-asked")]
[JsonDerivedType(typeof(LeasingBegan), "leasing-began")]
[JsonDerivedType(typeof(SlotClaimed), "slot-claimed")]
[JsonDerivedType(typeof(SlotLeased), "slot-leased")]
[JsonDerivedType(typeof(SlotsYielded), "slots-yielded")]
[JsonDerivedType(typeof(MovingBegan), "moving-began")]
[JsonDerivedType(typeof(PartBegun), "part-begun")]
[JsonDerivedType(typeof(PartHeard), "part-heard")]
[JsonDerivedType(typeof(PartDoubted), "part-doubted")]
[JsonDerivedType(typeof(PartsRead), "parts-read")]
[JsonDerivedType(typeof(PausedByPerson), "paused-by-person")]
[JsonDerivedType(typeof(HeldByFailure), "held-by-failure")]
[JsonDerivedType(typeof(ResumedByPerson), "resumed-by-person")]
[JsonDerivedType(typeof(HaltBegan), "halt-began")]
[JsonDerivedType(typeof(Planned), "planned")]
[JsonDerivedType(typeof(UndoBegan), "undo-began")]
[JsonDerivedType(typeof(RollbackOverdue), "rollback-overdue")]
[JsonDerivedType(typeof(PartLeft), "part-left")]
[JsonDerivedType(typeof(StabilisingBegan), "stabilising-began")]
[JsonDerivedType(typeof(CriteriaSeen), "criteria-seen")]
[JsonDerivedType(typeof(Finished), "finished")]
[JsonDerivedType(typeof(FoundStoodUpon), "found-stood-upon")]
[JsonDerivedType(typeof(WentOnAlone), "went-on-alone")]
[JsonDerivedType(typeof(LookingBegan), "looking-began")]
[JsonDerivedType(typeof(StandingUnread), "standing-unread")]
public abstract record PassageEvent
{
    private PassageEvent()
    {
    }

    public sealed record Began(PassageId Id, string SpecHash, ActorName StartedBy, Rank Rank) : PassageEvent;

    public sealed record RequiredSeen(RequiredFact Fact) : PassageEvent;

    /// <summary>The slot of something that is not there is asked to ring.</summary>
    public sealed record RingAsked(ServiceName Service, int Number) : PassageEvent;

    /// <summary>All that it requires is there, or it requires nothing.</summary>
    public sealed record LeasingBegan : PassageEvent;

    public sealed record SlotClaimed(ServiceName Service, int Claim) : PassageEvent;

    public sealed record SlotLeased(ServiceName Service, Grant Grant) : PassageEvent;

    /// <summary>
    /// This slot was wanted by somebody who goes first: it and all after it are given back, so that whoever holds a
    /// slot never waits for one before it.
    /// </summary>
    public sealed record SlotsYielded(ServiceName From, PassageId By) : PassageEvent;

    /// <summary>All slots are leased.</summary>
    public sealed record MovingBegan : PassageEvent;

    public sealed record PartBegun(ServiceName Service) : PassageEvent;

    /// <summary>What its rollout had decided by this sequence; 0 where it is not the rollout that says so.</summary>
    public sealed record PartHeard(ServiceName Service, long Sequence, PartStage Stage) : PassageEvent;

    /// <summary>By the record it has not begun, and the store was restored: it may have since the backup.</summary>
    public sealed record PartDoubted(ServiceName Service) : PassageEvent;

    /// <summary>Everything that was to be read again was, whether or not there was news.</summary>
    public sealed record PartsRead : PassageEvent;

    public sealed record PausedByPerson(ActorName Actor, string? Reason) : PassageEvent;

    public sealed record HeldByFailure(ServiceName Service) : PassageEvent;

    /// <summary>On with what does not need what failed.</summary>
    public sealed record ResumedByPerson(ActorName Actor, string? Reason) : PassageEvent;

    public sealed record HaltBegan(PassageCause Cause, DateTimeOffset Deadline) : PassageEvent;

    /// <summary>The first plan of the way back, or the next one because something else is known now.</summary>
    public sealed record Planned(RollbackPlan Plan, DateTimeOffset Deadline) : PassageEvent;

    public sealed record UndoBegan(ServiceName Service, int Plan) : PassageEvent;

    public sealed record RollbackOverdue : PassageEvent;

    /// <summary>A person leaves a service as it is.</summary>
    public sealed record PartLeft(ServiceName Service, ActorName Actor, string? Reason) : PassageEvent;

    /// <summary>All of it is back, and its criteria have to hold again for so long.</summary>
    public sealed record StabilisingBegan(PassageCause Cause, TimeSpan For, DateTimeOffset Deadline) : PassageEvent;

    public sealed record CriteriaSeen(Soak Soak) : PassageEvent;

    /// <summary>Others stand on what it would take back: a person is asked.</summary>
    public sealed record FoundStoodUpon(ImmutableArray<StandsOn> By) : PassageEvent;

    /// <summary>A person takes it back all the same, without those that stand on it.</summary>
    public sealed record WentOnAlone(ActorName Actor, string? Reason) : PassageEvent;

    /// <summary>All slots of what is taken back are leased: who stands on it is read once more.</summary>
    public sealed record LookingBegan : PassageEvent;

    /// <summary>That could not be read.</summary>
    public sealed record StandingUnread(string Reason) : PassageEvent;

    public sealed record Finished(PassagePhase As, PassageCause? Cause, Stability? Stability = null) : PassageEvent;
}
