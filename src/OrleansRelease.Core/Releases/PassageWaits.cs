using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// While something that a passage requires is not there, the slot of it is asked to ring. It is read from time to time
/// all the same: a bell only makes it sooner.
/// </summary>
internal static class PassageWaits
{
    public static void Begin(PassageDraft draft)
    {
        foreach (var (requirement, otherwise) in draft.Spec.Requires)
        {
            var service = requirement.Service;
            if (otherwise == Otherwise.Refuse || draft.State.AllAsked.Any(asked => asked.Service == service)) continue;
            if (requirement.IsMetBy(draft.State.Required?.VersionOf(service))) continue;
            var number = draft.NextOrdinal;
            draft.Happen(new PassageEvent.RingAsked(service, number));
            draft.Tell(new EffectAction.RegisterWaiter(
                draft.Spec.SlotOf(service), draft.State.Id, requirement.AtLeast, number));
        }
    }

    /// <summary>
    /// It waits for nothing there, and is rung all the same: a registration that came late outlived its withdrawal.
    /// </summary>
    public static void StopRinging(PassageDraft draft, ServiceName service)
    {
        var slot = draft.Spec.SlotOf(service);
        var isSaid = draft.Moment.Outbox.Any(entry => entry.IsPending
            && entry.Effect.Action is EffectAction.WithdrawWaiter said && said.At == slot);
        if (!isSaid && draft.State.AllAsked.All(asked => asked.Service != service))
            draft.Tell(new EffectAction.WithdrawWaiter(slot, draft.State.Id, draft.NextOrdinal));
    }

    public static void End(PassageDraft draft)
    {
        foreach (var asked in draft.State.AllAsked)
        {
            var slot = draft.Spec.SlotOf(asked.Service);
            draft.AbandonWhere(action => action is EffectAction.RegisterWaiter waiter && waiter.At == slot);
            draft.Tell(new EffectAction.WithdrawWaiter(slot, draft.State.Id, draft.NextOrdinal));
        }
    }
}
