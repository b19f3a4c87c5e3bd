using System.Diagnostics;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Restoring;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// The rules of one slot: one lease at a time, for a rollout of no release or for a passage; the others wait in one
/// order, a rollout also for what it requires of other services; what ran before is taken down.
/// </summary>
public sealed class SlotDecider : IDecider<SlotState, SlotInput, SlotEvent>
{
    public string Kind => Kinds.Slot;

    public int Version => 4;

    public bool KeepsEffects => false;

    public SlotInput Tick { get; } = new SlotInput.Tick();

    public SlotInput Reported(OutcomeReport report) => new SlotInput.OutcomeReported(report);

    public Decision<SlotEvent> Decide(SlotState? state, SlotInput input, Moment moment)
    {
        var draft = new SlotDraft(state, moment);
        var refusal = input switch
        {
            SlotInput.Start start => draft.Start(start),
            SlotInput.Withdraw withdraw => draft.Withdraw(withdraw.Rollout),
            SlotInput.RolloutEnded ended => draft.End(ended),
            SlotInput.ClaimLease claim => draft.Claim(claim),
            SlotInput.ReturnLease gone => draft.Return(gone),
            SlotInput.RegisterWaiter waiter => draft.Register(waiter),
            SlotInput.WithdrawWaiter waiter => draft.Deregister(waiter),
            SlotInput.Heard heard => draft.Hear(heard.News),
            SlotInput.RungInVain rung => draft.StopRinging(rung.Source),
            SlotInput.Adopt adopt => draft.Adopt(adopt),
            SlotInput.Break broken => draft.Break(broken),
            SlotInput.Accept accept => draft.Accept(accept.Actor),
            SlotInput.OutcomeReported or SlotInput.Tick or SlotInput.Observed or SlotInput.NotObserved => null,
            _ => throw new UnreachableException(),
        };
        if (refusal is not null) return new Decision<SlotEvent>.Refused(refusal);
        if (input is SlotInput.Observed { Seen: var seen }) draft.See(seen);
        if (input is SlotInput.NotObserved { Problem: var problem }) draft.NotSeen(problem);
        draft.Question();
        draft.Settle();
        draft.Lease();
        draft.Retire();
        return draft.Done();
    }

    public SlotState Evolve(SlotState? state, SlotEvent happened, DateTimeOffset at) =>
        SlotEvolution.Evolve(state, happened, at);

    // A lease that was granted meanwhile has abandoned the taking down of old versions: it is never in its way.
    public bool MayAttempt(SlotState state, Effect effect, DateTimeOffset now) => true;

    public DateTimeOffset? NextWake(SlotState state) => state.Holder is not null || state.Restored.IsOpen
        ? state.LookAt
        : state.Retirements.Where(r => r is { Running: false, AfterNext: false }).Select(r => (DateTimeOffset?)r.At)
            .Concat(state.AllWaits.Select(wait => (DateTimeOffset?)wait.ReadAt))
            .Min();

    public Facts Describe(SlotState state) => new(
        state.Generation, (state.Holder is null ? SlotPhase.Free : SlotPhase.Leased).ToString(), state.Slot.Service,
        state.Slot.Environment, state.Stable?.Version, state.Stable?.SpecHash);
}
