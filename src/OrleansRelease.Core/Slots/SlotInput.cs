using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Restoring;

namespace OrleansRelease.Core.Slots;

/// <summary>All that can come to a slot.</summary>
[JsonDerivedType(typeof(Start), "start")]
[JsonDerivedType(typeof(Withdraw), "withdraw")]
[JsonDerivedType(typeof(RolloutEnded), "rollout-ended")]
[JsonDerivedType(typeof(RegisterWaiter), "register-waiter")]
[JsonDerivedType(typeof(WithdrawWaiter), "withdraw-waiter")]
[JsonDerivedType(typeof(Heard), "heard")]
[JsonDerivedType(typeof(RungInVain), "rung-in-vain")]
[JsonDerivedType(typeof(OutcomeReported), "outcome")]
[JsonDerivedType(typeof(Tick), "tick")]
[JsonDerivedType(typeof(Observed), "observed")]
[JsonDerivedType(typeof(NotObserved), "not-observed")]
[JsonDerivedType(typeof(Accept), "accept")]
[JsonDerivedType(typeof(ClaimLease), "claim-lease")]
[JsonDerivedType(typeof(ReturnLease), "return-lease")]
[JsonDerivedType(typeof(Adopt), "adopt")]
[JsonDerivedType(typeof(Break), "break")]
public abstract record SlotInput
{
    private SlotInput()
    {
    }

    public sealed record Start(StartOrder Order, ActorName Actor) : SlotInput, IStatesBody
    {
        [JsonIgnore]
        public string Body => BodyOf(Order.Slot, Order.Request);

        public static string BodyOf(SlotKey slot, string request) => $"start {slot} {request}";
    }

    public sealed record Withdraw(RolloutId Rollout) : SlotInput;

    /// <summary>A rollout reports that it has ended; only the holder's counts.</summary>
    public sealed record RolloutEnded(RolloutId Rollout, bool Succeeded, TimeSpan KeepPrevious) : SlotInput;

    /// <summary>
    /// A passage wants the lease of this slot, <see cref="At"/>, and what it reserves of these budgets; null: nobody
    /// has asked what is left of them, so nothing is refused for them.
    /// </summary>
    public sealed record ClaimLease(SlotKey At, Claim Claim, ImmutableArray<BudgetClaim>? Budgets = null) : SlotInput;

    /// <summary>
    /// A passage gives the lease back, or wants it no longer; <see cref="Completed"/>: its rollout's version stays.
    /// <see cref="IsLeft"/>: its way back was left where it was.
    /// </summary>
    public sealed record ReturnLease(
        SlotKey At, PassageId Passage, int Number, bool Completed, TimeSpan KeepPrevious,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsLeft = false) : SlotInput;

    /// <summary>Somebody wants to be rung when another version becomes stable here, <see cref="At"/>.</summary>
    public sealed record RegisterWaiter(SlotKey At, WaiterName Waiter, VersionName AtLeast, int Number) : SlotInput;

    public sealed record WithdrawWaiter(SlotKey At, WaiterName Waiter, int Number) : SlotInput;

    /// <summary>What was read of the slots that this one waits for, because a bell rang or time had passed.</summary>
    public sealed record Heard(ImmutableArray<News> News) : SlotInput;

    /// <summary>A slot has rung that this one does not wait for, and would go on ringing.</summary>
    public sealed record RungInVain(SlotKey Source) : SlotInput;

    public sealed record OutcomeReported(OutcomeReport Report) : SlotInput, IReportsOutcome;

    public sealed record Tick : SlotInput;

    /// <summary>Somebody has looked at what is there, because the store was restored.</summary>
    public sealed record Observed(Observation Seen) : SlotInput;

    /// <summary>Somebody has looked, and router or target did not answer.</summary>
    public sealed record NotObserved(string Problem) : SlotInput;

    /// <summary>
    /// A person takes over what already runs in this slot, <see cref="At"/>; <see cref="Seen"/> is what is there.
    /// </summary>
    public sealed record Adopt(
        SlotKey At, VersionName Version, string SpecHash, Observation Seen, ActorName Actor, string? Reason,
        bool IsFound = false)
        : SlotInput, IStatesBody
    {
        // What is seen differs each time that somebody looks; what is asked for does not.
        [JsonIgnore]
        public string Body => BodyOf(At, IsFound ? null : Version, Reason);

        public static string BodyOf(SlotKey at, VersionName? version, string? reason) =>
            $"adopt {at} {version} {reason}";
    }

    /// <summary>
    /// A person takes the lease from this holder, which will not give it back. <see cref="SpecHash"/> is the first
    /// specification of the holder or the slot that can be read; null: none can.
    /// </summary>
    public sealed record Break(RolloutId Holder, ActorName Actor, string? Reason, string? SpecHash)
        : SlotInput, IStatesBody
    {
        // What can be read may change; what is asked for does not.
        [JsonIgnore]
        public string Body => $"break {Holder} {Reason}";
    }

    /// <summary>What is there and not on record is how it goes on.</summary>
    public sealed record Accept(ActorName Actor, string? Reason) : SlotInput;
}
