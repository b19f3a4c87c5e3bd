using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Slots;

/// <summary>All that can have happened to a slot.</summary>
[JsonDerivedType(typeof(Queued), "queued")]
[JsonDerivedType(typeof(Leased), "leased")]
[JsonDerivedType(typeof(AskedToYield), "asked-to-yield")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(BecameStable), "became-stable")]
[JsonDerivedType(typeof(RetirementScheduled), "retirement-scheduled")]
[JsonDerivedType(typeof(RetirementBegan), "retirement-began")]
[JsonDerivedType(typeof(RetirementPostponed), "retirement-postponed")]
[JsonDerivedType(typeof(RetirementDropped), "retirement-dropped")]
[JsonDerivedType(typeof(Retired), "retired")]
[JsonDerivedType(typeof(RecordChecked), "record-checked")]
[JsonDerivedType(typeof(WaitBegan), "wait-began")]
[JsonDerivedType(typeof(WaiterSent), "waiter-sent")]
[JsonDerivedType(typeof(WaiterTaken), "waiter-taken")]
[JsonDerivedType(typeof(Heard), "heard")]
[JsonDerivedType(typeof(WaitEnded), "wait-ended")]
[JsonDerivedType(typeof(WaiterRegistered), "waiter-registered")]
[JsonDerivedType(typeof(WaiterWithdrawn), "waiter-withdrawn")]
[JsonDerivedType(typeof(Rung), "rung")]
[JsonDerivedType(typeof(Claimed), "claimed")]
[JsonDerivedType(typeof(ClaimReturned), "claim-returned")]
[JsonDerivedType(typeof(Granted), "granted")]
[JsonDerivedType(typeof(Adopted), "adopted")]
[JsonDerivedType(typeof(FoundByHand), "found-by-hand")]
[JsonDerivedType(typeof(BecameEmpty), "became-empty")]
[JsonDerivedType(typeof(TakenBackTo), "taken-back-to")]
[JsonDerivedType(typeof(LeaseBroken), "lease-broken")]
[JsonDerivedType(typeof(LeaseClosed), "lease-closed")]
public abstract record SlotEvent
{
    private SlotEvent()
    {
    }

    /// <summary>A rollout got its name, and the last place in the queue.</summary>
    public sealed record Queued(QueuedRollout Rollout) : SlotEvent;

    /// <summary>
    /// The first of the queue got the lease; <see cref="Displaced"/> is what was to be done with its version otherwise.
    /// </summary>
    public sealed record Leased(RolloutId Rollout, int Generation, Retirement? Displaced = null) : SlotEvent;

    public sealed record AskedToYield(RolloutId Holder, PassageId By) : SlotEvent;

    /// <summary>A rollout left the slot, from the lease or from the queue.</summary>
    public sealed record Ended(RolloutId Rollout, SlotEnd End, PassageId? By) : SlotEvent;

    /// <summary>A rollout has brought it, or a person has said that what runs already is how it goes on.</summary>
    public sealed record BecameStable(
        VersionName Version, string SpecHash, RolloutId? Rollout = null, PassageId? Passage = null,
        ActorName? AdoptedBy = null) : SlotEvent;

    /// <summary>
    /// What had completed here was taken back by a passage: this is stable again, as it was; null: nothing is.
    /// </summary>
    public sealed record TakenBackTo(StableVersion? Stable, PassageId By) : SlotEvent;

    public sealed record RetirementScheduled(
        VersionName Version, string SpecHash, DateTimeOffset NotBefore, bool WasStable = true) : SlotEvent;

    /// <summary>Under a generation of its own, so that whoever held the slot before cannot interfere.</summary>
    public sealed record RetirementBegan(VersionName Version, int Generation) : SlotEvent;

    public sealed record RetirementPostponed(
        VersionName Version, DateTimeOffset NotBefore, string Reason, bool AfterNext = false) : SlotEvent;

    /// <summary>The version is wanted again, or taking it down was given up.</summary>
    public sealed record RetirementDropped(VersionName Version, string Reason) : SlotEvent;

    public sealed record Retired(VersionName Version) : SlotEvent;

    /// <summary>The store was restored, and this is how far its record was checked; null: it holds.</summary>
    public sealed record RecordChecked(Restored? Restored) : SlotEvent;

    /// <summary>The first of the queue requires this, and what is stable there has to be read.</summary>
    public sealed record WaitBegan(Requirement Requires) : SlotEvent;

    /// <summary>It is not so yet: the other slot is asked to ring.</summary>
    public sealed record WaiterSent(ServiceName Service, int Number) : SlotEvent;

    /// <summary>The other slot will ring: what changed until then is read once more.</summary>
    public sealed record WaiterTaken(ServiceName Service) : SlotEvent;

    /// <summary>Another slot's decisions were read up to this sequence.</summary>
    public sealed record Heard(ServiceName Service, long Sequence, VersionName? Stable) : SlotEvent;

    public sealed record WaitEnded(ServiceName Service) : SlotEvent;

    /// <summary>Somebody waits for a version of this slot, <see cref="At"/>.</summary>
    public sealed record WaiterRegistered(SlotKey At, WaiterName Waiter, VersionName AtLeast, int Number) : SlotEvent;

    public sealed record WaiterWithdrawn(SlotKey At, WaiterName Waiter, int Number) : SlotEvent;

    /// <summary>All that wait for a version of this slot are rung by this transition.</summary>
    public sealed record Rung(long Sequence) : SlotEvent;

    /// <summary>A passage waits for the lease of this slot, <see cref="At"/>.</summary>
    public sealed record Claimed(SlotKey At, Claim Claim) : SlotEvent;

    /// <summary>What a passage said of this slot up to this number holds no longer.</summary>
    public sealed record ClaimReturned(SlotKey At, PassageId Passage, int Number) : SlotEvent;

    /// <summary>
    /// A person has taken over what already ran in this slot, <see cref="At"/>, under no lease of it. Whoever has moved
    /// it may have used generations up to this one.
    /// </summary>
    public sealed record Adopted(SlotKey At, int Generation, ActorName By, string? Reason) : SlotEvent;

    /// <summary>A person has been here by a script, under the lease that is held.</summary>
    public sealed record FoundByHand(LeaseByHand Found) : SlotEvent;

    /// <summary>
    /// A person has taken the lease from its holder, and whoever moves by an older generation is to be kept out.
    /// </summary>
    public sealed record LeaseBroken(
        int Generation, RolloutId Rollout, ActorName By, string Reason, string? SpecHash) : SlotEvent;

    /// <summary>Whose lease was broken is kept out; with a problem that was given up.</summary>
    public sealed record LeaseClosed(string? Problem) : SlotEvent;

    /// <summary>A person has taken back the first version that there ever was: nothing is stable here.</summary>
    public sealed record BecameEmpty(ActorName By) : SlotEvent;

    /// <summary>
    /// A passage got the lease, and the rollout its name, in one write before anything is done;
    /// <see cref="Displaced"/> is what was to be done with its version otherwise.
    /// </summary>
    public sealed record Granted(PassageId Passage, RolloutId Rollout, int Generation, Retirement? Displaced = null)
        : SlotEvent;
}
