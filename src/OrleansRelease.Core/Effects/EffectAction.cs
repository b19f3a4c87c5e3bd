using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Effects;

/// <summary>One intended target state of the outside world, or one fact to tell another part of the system.</summary>
[JsonDerivedType(typeof(Deploy), "deploy")]
[JsonDerivedType(typeof(SetTraffic), "set-traffic")]
[JsonDerivedType(typeof(Retire), "retire")]
[JsonDerivedType(typeof(RunHook), "run-hook")]
[JsonDerivedType(typeof(UndoHook), "undo-hook")]
[JsonDerivedType(typeof(BeginRollout), "begin-rollout")]
[JsonDerivedType(typeof(RequestPermit), "request-permit")]
[JsonDerivedType(typeof(GrantPermit), "grant-permit")]
[JsonDerivedType(typeof(ReturnPermit), "return-permit")]
[JsonDerivedType(typeof(ReportEnd), "report-end")]
[JsonDerivedType(typeof(AskToYield), "ask-to-yield")]
[JsonDerivedType(typeof(AnnounceFreeze), "announce-freeze")]
[JsonDerivedType(typeof(RegisterWaiter), "register-waiter")]
[JsonDerivedType(typeof(WithdrawWaiter), "withdraw-waiter")]
[JsonDerivedType(typeof(ClaimSlot), "claim-slot")]
[JsonDerivedType(typeof(ReturnSlot), "return-slot")]
[JsonDerivedType(typeof(HaltRollout), "halt-rollout")]
[JsonDerivedType(typeof(TakeBackRollout), "take-back-rollout")]
[JsonDerivedType(typeof(LeaveRollout), "leave-rollout")]
[JsonDerivedType(typeof(ReportPassage), "report-passage")]
[JsonDerivedType(typeof(GrantSlot), "grant-slot")]
[JsonDerivedType(typeof(WoundHolder), "wound-holder")]
[JsonDerivedType(typeof(RefuseClaim), "refuse-claim")]
[JsonDerivedType(typeof(SupersedePassage), "supersede-passage")]
[JsonDerivedType(typeof(CompleteRollout), "complete-rollout")]
[JsonDerivedType(typeof(BeginPassage), "begin-passage")]
[JsonDerivedType(typeof(ReverseRollout), "reverse-rollout")]
[JsonDerivedType(typeof(ReportReplaced), "report-replaced")]
[JsonDerivedType(typeof(LiftShedding), "lift-shedding")]
[JsonDerivedType(typeof(CloseSlot), "close-slot")]
[JsonDerivedType(typeof(TellFinding), "tell-finding")]
public abstract record EffectAction
{
    private EffectAction()
    {
    }

    /// <summary>Changes something outside, so it carries a fence that targets check.</summary>
    [JsonIgnore]
    public bool IsOutside =>
        this is Deploy or SetTraffic or Retire or RunHook or UndoHook or LiftShedding or CloseSlot;

    /// <summary>The version runs, all its instances ready, whether or not it did before.</summary>
    public sealed record Deploy(SlotKey Slot, VersionName Version, string SpecHash) : EffectAction;

    /// <summary>
    /// The slot's requests are shared like this; <see cref="BaselineSpecHash"/> is the specification by which the
    /// baseline was deployed. <see cref="Shown"/> is the candidate's share that counters had last shown when this was
    /// decided: what a router that does nothing leaves it at, whatever it says that it holds. <see cref="Shedding"/> is
    /// what is refused meanwhile; null: nothing, whatever was before. <see cref="IsBeside"/>: nobody waits for it.
    /// </summary>
    public sealed record SetTraffic(
        SlotKey Slot, TrafficSplit Split, string SpecHash, string? BaselineSpecHash = null, Weight? Shown = null,
        Shedding? Shedding = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsBeside = false)
        : EffectAction;

    /// <summary>
    /// Requests are shared as they are, whoever has set that and to wherever they go; none is refused any more.
    /// </summary>
    public sealed record LiftShedding(SlotKey Slot, string SpecHash) : EffectAction;

    /// <summary>
    /// The router takes nothing with an older fence any more. Requests are shared as they are, whoever has set that
    /// until then; none is refused any more.
    /// </summary>
    public sealed record CloseSlot(SlotKey Slot, string SpecHash) : EffectAction;

    /// <summary>No instance of the version runs.</summary>
    public sealed record Retire(SlotKey Slot, VersionName Version, string SpecHash) : EffectAction;

    /// <summary>
    /// What the hook of this name does is done; where it <see cref="HasUndo"/>, a way back takes it back.
    /// </summary>
    public sealed record RunHook(SlotKey Slot, string Hook, VersionName Version, string SpecHash, bool HasUndo)
        : EffectAction;

    /// <summary>What the hook did is taken back, also where nobody knows that it did anything.</summary>
    public sealed record UndoHook(SlotKey Slot, string Hook, VersionName Version, string SpecHash) : EffectAction;

    /// <summary>
    /// Slot or passage to rollout: the lease of this generation is held for you; here is what you start from, and the
    /// specification by which that was deployed. <see cref="IsKept"/>: your version may run already, as one that was
    /// stable before. <see cref="Passage"/>: you are a part of this release. <see cref="Emergency"/>: neither
    /// error budgets nor missing numbers were a hindrance, for this reason.
    /// </summary>
    public sealed record BeginRollout(RolloutId Rollout, int Generation, VersionName? Baseline,
        VersionName Version, string SpecHash, ActorName StartedBy, string? BaselineSpecHash = null,
        bool IsKept = false, PassageId? Passage = null, string? Emergency = null) : EffectAction;

    /// <summary>Rollout to environment: may I move?</summary>
    public sealed record RequestPermit(RolloutId Rollout, int MaxParallel) : EffectAction;

    /// <summary>Environment to rollout: you may move.</summary>
    public sealed record GrantPermit(RolloutId Rollout) : EffectAction;

    /// <summary>Rollout to environment: I have ended, or never will move.</summary>
    public sealed record ReturnPermit(RolloutId Rollout) : EffectAction;

    /// <summary>Rollout to slot: this is how it ended; the lease is free again.</summary>
    public sealed record ReportEnd(RolloutId Rollout, bool Succeeded, TimeSpan KeepPrevious) : EffectAction;

    /// <summary>
    /// Slot to rollout: another one supersedes you, or a release; a rollout of none counts as one of its own.
    /// </summary>
    public sealed record AskToYield(RolloutId Rollout, PassageId By) : EffectAction;

    /// <summary>To an environment's rollouts: the freeze that you wait for is another one now, look again.</summary>
    public sealed record AnnounceFreeze(EnvironmentName Environment) : EffectAction;

    /// <summary>
    /// Slot or passage to slot: ring me when another version becomes stable there. <see cref="Number"/> rises with
    /// everything that a waiter says, so that what comes late is known to be late.
    /// </summary>
    public sealed record RegisterWaiter(SlotKey At, WaiterName Waiter, VersionName AtLeast, int Number) : EffectAction;

    /// <summary>Slot or passage to slot: what I said up to this number holds no longer.</summary>
    public sealed record WithdrawWaiter(SlotKey At, WaiterName Waiter, int Number) : EffectAction;

    /// <summary>
    /// Passage to slot: I want the lease, to move it to this version. <see cref="Number"/> rises with everything that a
    /// passage says to a slot; <see cref="CreatedAt"/> is when that one began, and null where a build before said it.
    /// <see cref="Reverses"/>: to take back what is stable there. <see cref="Reserves"/> is what it may cost error
    /// budgets. Where it <see cref="AsksBudgets"/> what is left of them is asked whenever it is told, and is the
    /// <see cref="Budgets"/> then: what is stored does not say it, nor does a server of the build before.
    /// </summary>
    public sealed record ClaimSlot(
        SlotKey Slot, PassageId Passage, Rank Rank, WhenBusy WhenBusy, int Number, VersionName Version, string SpecHash,
        ActorName StartedBy, DateTimeOffset? CreatedAt = null, Reversal? Reverses = null,
        ImmutableArray<Reservation>? Reserves = null, bool AsksBudgets = false,
        ImmutableArray<BudgetClaim>? Budgets = null) : EffectAction;

    /// <summary>
    /// Passage to slot: what I said up to this number holds no longer, and this is how it ended for you.
    /// <see cref="IsLeft"/>: its way back was left where it was.
    /// </summary>
    public sealed record ReturnSlot(
        SlotKey Slot, PassageId Passage, int Number, bool Completed, TimeSpan KeepPrevious,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsLeft = false)
        : EffectAction;

    /// <summary>
    /// Passage to rollout: decide nothing forward any more, and say what has happened; if you have not begun, never do.
    /// What it would have moved is said for that case: so there is a row that says so. <see cref="Lost"/>: the store
    /// was restored since this lease was given, so you may have begun under it, and look at what is there.
    /// </summary>
    public sealed record HaltRollout(
        RolloutId Rollout, PassageId Passage, VersionName Version, string SpecHash, ActorName StartedBy,
        Grant? Lost = null) : EffectAction;

    /// <summary>
    /// Passage to rollout: everything that stood on you is back, now take yourself back. What may still arrive there it
    /// waits out by itself: its answer to the halt may have been lost. <see cref="Lost"/> as with a halt.
    /// </summary>
    public sealed record TakeBackRollout(
        RolloutId Rollout, PassageId Passage, int Plan, VersionName Version, string SpecHash, ActorName StartedBy,
        Grant? Lost = null) : EffectAction;

    /// <summary>
    /// Passage or slot to rollout: a person leaves you as you are, so do nothing more; if you have not begun, never do.
    /// </summary>
    public sealed record LeaveRollout(
        RolloutId Rollout, PassageId? Passage, VersionName Version, string SpecHash, ActorName StartedBy, ActorName By,
        string? Reason) : EffectAction;

    /// <summary>
    /// Passage to its release: this is how it ended in my environment. <see cref="LeavesSome"/>: not all of what it was
    /// to take back is back.
    /// </summary>
    public sealed record ReportPassage(PassageId Passage, PassagePhase As, bool LeavesSome = false) : EffectAction;

    /// <summary>Passage to another release: what you have completed here is taken back with mine.</summary>
    public sealed record ReportReplaced(PassageId Passage, string Reason) : EffectAction;

    /// <summary>
    /// Slot to passage: you hold the lease until you give it back. <see cref="Claim"/> is the number of the claim that
    /// is answered; one that was taken back meanwhile is answered in vain.
    /// </summary>
    public sealed record GrantSlot(SlotKey Slot, PassageId Passage, int Claim, Grant Grant) : EffectAction;

    /// <summary>
    /// Slot to passage: somebody who goes first wants what you hold; give it back if you have done nothing yet.
    /// </summary>
    public sealed record WoundHolder(SlotKey Slot, PassageId Passage, int Claim, PassageId By) : EffectAction;

    /// <summary>
    /// Slot to passage: I am not free, and you asked not to wait. <see cref="Before"/> has the slot or waits for it; a
    /// rollout of no release counts as one of its own, which has the rollout's name. With a <see cref="Reason"/> it is
    /// that instead: what others have reserved of an error budget leaves too little.
    /// </summary>
    public sealed record RefuseClaim(
        SlotKey Slot, PassageId Passage, int Claim, PassageId Before, string? Reason = null) : EffectAction;

    /// <summary>Slot to rollout: your release has completed, and your version is the stable one.</summary>
    public sealed record CompleteRollout(RolloutId Rollout, PassageId Passage) : EffectAction;

    /// <summary>Slot to passage: somebody newer takes your place.</summary>
    public sealed record SupersedePassage(PassageId Passage, PassageId By) : EffectAction;

    /// <summary>
    /// Release to passage: go through your environment. <see cref="SpecHash"/> is what was resolved for it; null: that
    /// is done when it is told. <see cref="IsReversal"/>: it takes back what has completed there.
    /// </summary>
    public sealed record BeginPassage(
        PassageId Passage, ActorName StartedBy, Rank Rank, string? SpecHash, bool IsReversal = false) : EffectAction;

    /// <summary>
    /// Passage to rollout: everything that stood on it is back, now take back the version that was stable here, by the
    /// lease of this generation. You have never gone forward.
    /// </summary>
    public sealed record ReverseRollout(
        RolloutId Rollout, PassageId Passage, int Plan, int Generation, VersionName? Baseline, string? BaselineSpecHash,
        VersionName Version, string SpecHash, ActorName StartedBy) : EffectAction;

    /// <summary>
    /// Inquiry to rollout: this is what was found about the service in that slot at this time, or since.
    /// </summary>
    public sealed record TellFinding(SlotKey Degraded, RolloutId Rollout, DateTimeOffset At) : EffectAction;
}
