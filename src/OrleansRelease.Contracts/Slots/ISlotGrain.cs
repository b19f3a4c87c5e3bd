using Orleans.Concurrency;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Contracts.Slots;

/// <summary>
/// One service in one environment, by <see cref="SlotKey"/>: names rollouts and lets one at a time move.
/// </summary>
[Alias("orel.slot"), GrainInterfaceType("orel.slot")]
public interface ISlotGrain : IDurableGrain
{
    /// <summary>Names the rollout and gives it the lease or a place in the queue, in one write.</summary>
    [Alias("start")]
    Task<Answer<StartAnswer>> StartAsync(
        StartOrder order, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>Takes a rollout that still waits for the lease out of the queue.</summary>
    [Alias("withdraw")]
    Task<Answer<SlotView>> WithdrawAsync(
        RolloutId rollout, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>The holder has ended; doubled or late reports change nothing.</summary>
    [Alias("end")]
    Task EndAsync(RolloutId rollout, bool succeeded, TimeSpan keepPrevious, CancellationToken cancellation);

    /// <summary>
    /// A passage wants the lease; the answer comes by <c>GrantAsync</c>. Null when that was taken in, now or before.
    /// </summary>
    [Alias("claim")]
    Task<Refusal?> ClaimAsync(EffectAction.ClaimSlot claim, CancellationToken cancellation);

    /// <summary>A passage gives the lease back, or wants it no longer; what it said before holds no more.</summary>
    [Alias("return")]
    Task<Refusal?> ReturnAsync(EffectAction.ReturnSlot gone, CancellationToken cancellation);

    /// <summary>
    /// Another slot wants to be rung when another version becomes stable here. Null when it will be; refused where too
    /// many wait. Said again, or too late, it changes nothing.
    /// </summary>
    [Alias("register-waiter")]
    Task<Refusal?> RegisterWaiterAsync(EffectAction.RegisterWaiter waiter, CancellationToken cancellation);

    /// <summary>Another slot waits no longer.</summary>
    [Alias("withdraw-waiter")]
    Task WithdrawWaiterAsync(EffectAction.WithdrawWaiter waiter, CancellationToken cancellation);

    /// <summary>
    /// A slot that this one waits for has decided something. Late, doubled or lost: it costs time alone.
    /// </summary>
    [Alias("bell")]
    Task BellAsync(Bell bell, CancellationToken cancellation);

    /// <summary>
    /// After a restore: a person takes what is there and not on record as how it goes on from here.
    /// </summary>
    [Alias("accept")]
    Task<Answer<SlotView>> AcceptAsync(Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// A person takes the lease from this holder, which will not give it back. Nothing is moved; it is kept out of the
    /// router, and nobody gets the lease before it was seen after that what is there.
    /// </summary>
    [Alias("break")]
    Task<Answer<SlotView>> BreakAsync(
        RolloutId holder, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// A person takes over what already runs here; nothing is moved. Said again, the answer is what was seen then.
    /// </summary>
    [Alias("adopt")]
    Task<Answer<SlotAdopted>> AdoptAsync(
        SlotInput.Adopt adopt, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// What an earlier taking over of the same id was answered, or null when it is not remembered: nobody needs to look
    /// again.
    /// </summary>
    [AlwaysInterleave, ReadOnly, Alias("recall-adoption")]
    Task<Answer<SlotAdopted>?> RecallAdoptionAsync(
        VersionName version, Command command, CancellationToken cancellation);

    /// <summary>The same of one for which nobody had named the version.</summary>
    [AlwaysInterleave, ReadOnly, Alias("recall-found")]
    Task<Answer<SlotAdopted>?> RecallFoundAsync(Command command, CancellationToken cancellation);

    /// <summary>
    /// What an earlier start of the same id was answered, or null when it is not remembered. A repetition is not
    /// planned again: what has changed meanwhile must not change the answer.
    /// </summary>
    [AlwaysInterleave, ReadOnly, Alias("recall")]
    Task<Answer<StartAnswer>?> RecallAsync(string request, CommandId id, CancellationToken cancellation);

    [AlwaysInterleave, ReadOnly, Alias("get")]
    Task<Answer<SlotView>> GetAsync(CancellationToken cancellation);
}

/// <summary>A slot that was taken over, and by what look at router and target.</summary>
public sealed record SlotAdopted(SlotState State, Observation Seen);

/// <summary>The state of a slot and the number of the transition that led to it.</summary>
public sealed record SlotView(SlotState State, long Sequence);
