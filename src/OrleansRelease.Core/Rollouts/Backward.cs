using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Restoring;

namespace OrleansRelease.Core.Rollouts;

/// <summary>How a rollout takes itself back.</summary>
internal static class Backward
{
    public static void GoBack(Draft draft, Cause cause)
    {
        // Nobody waits for what is under way: the fence of the way back keeps it out when it arrives late, and the plan
        // counts it as having happened.
        draft.Abandon(Direction.Forward);
        var state = draft.State;
        var plan = WayBack.From(
            state.Baseline, state.Version, draft.Moment.Outbox, state.Restored.Taken, state.IsKept);
        if (plan.Steps.IsEmpty && !HasLeftSomething(draft))
        {
            Forward.Finish(draft, cause is Cause.SupersededBy ? Phase.Superseded : Phase.Cancelled, cause);
            return;
        }

        draft.Happen(new RolloutEvent.WentBack(cause, plan, draft.NextOrdinal, DeadlineOf(draft)));
        if (plan.Steps.IsEmpty)
            Forward.Finish(draft, Phase.RolledBack, cause);
        else
            draft.Intend(Intents.Back(draft, plan.Steps[0]));
    }

    /// <summary>
    /// What a hook without an undo has done stays; but whoever calls that cancelled says that nothing was done.
    /// </summary>
    public static bool HasLeftSomething(Draft draft) => draft.Moment.Outbox.Any(entry =>
        entry.Effect.Action is EffectAction.RunHook && entry.MayHaveHappened);

    /// <summary>
    /// Nothing is done yet: what there is to take back is seen first, and until then it may be all that there can be.
    /// </summary>
    public static void Announce(Draft draft, Cause cause) => draft.Happen(new RolloutEvent.WentBack(
        cause, WayBack.Longest(draft.Spec, draft.State.Baseline), draft.NextOrdinal, DeadlineOf(draft)));

    /// <summary>
    /// Everything counts as having happened. Before it is seen what is there, nothing is done.
    /// </summary>
    public static void GoAllBack(Draft draft, Cause cause, bool isSeen)
    {
        var plan = WayBack.After(draft.State.Baseline, draft.State.Version, draft.Spec.Steps);
        draft.Happen(new RolloutEvent.WentBack(cause, plan, draft.NextOrdinal, DeadlineOf(draft)));
        if (isSeen) draft.Intend(Intents.Back(draft, plan.Steps[0]));
    }

    /// <summary>One step is verified: the next one, or the end.</summary>
    public static void Next(Draft draft)
    {
        LoadShedding.Abandon(draft);
        draft.Happen(new RolloutEvent.Undone(draft.NextOrdinal));
        var back = (Stage.GoingBack)draft.State.Stage;
        if (back.Done == back.Plan.Steps.Length)
            Forward.Finish(draft, Phase.RolledBack, back.Cause);
        else
            draft.Intend(Intents.Back(draft, back.Plan.Steps[back.Done]));
    }

    /// <summary>The step that was under way, decided once more.</summary>
    public static void Repeat(Draft draft)
    {
        var back = (Stage.GoingBack)draft.State.Stage;
        draft.Happen(new RolloutEvent.UndoRepeated(draft.NextOrdinal));
        draft.Intend(Intents.Back(draft, back.Plan.Steps[back.Done]));
    }

    public static void Retry(Draft draft, RolloutInput.Retry retry)
    {
        var stuck = (Stage.Stuck)draft.State.Stage;
        draft.Happen(new RolloutEvent.Retried(retry.Actor, retry.Reason, draft.NextOrdinal, DeadlineOf(draft)));
        draft.Intend(Intents.Back(draft, stuck.Plan.Steps[stuck.Done]));
    }

    public static void Retry(Draft draft, Identity.PassageId passage, int plan)
    {
        var stuck = (Stage.Stuck)draft.State.Stage;
        draft.Happen(new RolloutEvent.RetriedByRelease(
            passage, plan, draft.NextOrdinal, DeadlineOf(draft)));
        draft.Intend(Intents.Back(draft, stuck.Plan.Steps[stuck.Done]));
    }

    private static DateTimeOffset DeadlineOf(Draft draft) =>
        draft.Now + Bound.BackTotalOf(draft.Spec, draft.State.Baseline is not null);
}
