using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Releases;

/// <summary>How a passage takes back what it has done.</summary>
internal static class PassageBackward
{
    /// <summary>First everything stops: what is taken back is decided over what nobody adds to any more.</summary>
    public static void Halt(PassageDraft draft, PassageCause cause)
    {
        if (draft.State.HasDoneNothing)
        {
            draft.Finish(
                cause is PassageCause.SupersededBy ? PassagePhase.Superseded : PassagePhase.Cancelled, cause);
            return;
        }

        draft.AbandonWhere(action => action is EffectAction.BeginRollout);
        draft.Happen(new PassageEvent.HaltBegan(cause, draft.Now + PassageLimits.HaltWithin));
        // By a record that was restored since: what they may stand on is not taken back before they were asked.
        foreach (var part in draft.State.Parts.Where(part => part is { HasBegun: false, MayHaveBegun: true }).ToList())
            draft.Happen(new PassageEvent.PartBegun(part.Service));
        // Whoever goes back already has stopped by itself.
        foreach (var part in draft.State.Parts.Where(part => part.IsForward)) draft.TellToHalt(part);
    }

    public static void GoOn(PassageDraft draft)
    {
        if (draft.State.Stage is PassageStage.Halting halting
            && draft.Now < halting.Deadline && draft.State.Parts.Any(part => part.IsForward))
        {
            return;
        }

        Plan(draft);
        var back = (PassageStage.GoingBack)draft.State.Stage;
        if (draft.State.Parts.All(part => part.IsClear))
        {
            PassageStabilising.Begin(draft, back.Cause);
            return;
        }

        Undo(draft, back.Plan.Number);
        if (!back.Overdue && back.Deadline <= draft.Now) draft.Happen(new PassageEvent.RollbackOverdue());
    }

    /// <summary>A part that got stuck, or does not answer, is taken back once more.</summary>
    public static void Again(PassageDraft draft, Part part)
    {
        var plan = draft.State.Plans;
        draft.StopTelling(part);
        draft.Happen(new PassageEvent.UndoBegan(part.Service, plan));
        draft.TellToGoBack(part, plan);
    }

    /// <summary>Also its rollout leaves it: it has no lease any more when this has ended.</summary>
    public static void Leave(PassageDraft draft, PassageInput.Leave leave)
    {
        var part = draft.State.PartOf(leave.Service);
        draft.StopTelling(part);
        draft.Happen(new PassageEvent.PartLeft(leave.Service, leave.Actor, leave.Reason));
        draft.TellToLeave(part, leave);
    }

    /// <summary>
    /// When the next call that nobody can fence out cannot arrive any more; null: nothing waits for one.
    /// </summary>
    public static DateTimeOffset? NextQuarantine(ReleaseOrder order, PassageState state)
    {
        var waiting = state.Parts.ToDictionary(part => part.Service);
        return order.MayGoBack(service => !waiting[service].IsClear)
            .Select(service => waiting[service])
            .Where(part => part.Stage is PartStage.Halted)
            .Select(part => part.Happened?.UnknownUntil)
            .Min();
    }

    // The first plan, and another one whenever something else has happened than the last one was made from.
    private static void Plan(PassageDraft draft)
    {
        var next = RollbackPlan.Of(draft.State.Plans + 1, draft.Order, draft.State);
        var back = draft.State.Stage as PassageStage.GoingBack;
        if (back is not null && next.SaysTheSameAs(back.Plan, draft.State)) return;
        var left = next.AtMost(draft.Spec, draft.Order, draft.State, draft.Now);
        // The failover that the stop has time for may come later as well, but there is only one.
        var deadline = draft.State.Stage is PassageStage.Halting halting
            ? halting.Deadline + left
            : draft.Now + Bound.Failover + left;
        // What was announced once is kept, or else a person is told.
        draft.Happen(new PassageEvent.Planned(next, back?.Deadline < deadline ? back.Deadline : deadline));
    }

    // Every step whose turn has come, so that branches that do not touch each other go back together.
    private static void Undo(PassageDraft draft, int plan)
    {
        var parts = draft.State.Parts.ToDictionary(part => part.Service);
        foreach (var service in draft.Order.MayGoBack(service => !parts[service].IsClear))
        {
            var part = parts[service];
            // What may still arrive is waited for, however long the others have to wait behind it.
            if (part.Happened?.UnknownUntil > draft.Now) continue;
            if (part.Stage is not (PartStage.Halted or PartStage.Moving or PartStage.Verified)) continue;
            draft.Happen(new PassageEvent.UndoBegan(service, plan));
            draft.TellToGoBack(part, plan);
        }
    }
}
