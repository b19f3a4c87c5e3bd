using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// What the release that a rollout is a part of may ask of it; where it is of none, its slot may leave it.
/// </summary>
internal static class OfRelease
{
    /// <summary>A release that it is no part of has taken it for another one.</summary>
    public static Refusal? Take(Draft draft, RolloutInput input)
    {
        switch (input)
        {
            case RolloutInput.Halt halt when halt.Passage == draft.State.Passage:
                Halt(draft, halt);
                return null;
            case RolloutInput.TakeBack back when back.Passage == draft.State.Passage:
                TakeBack(draft, back);
                return null;
            case RolloutInput.Reverse again when again.Passage == draft.State.Passage:
                if (draft.State.Stage is Stage.Stuck) Backward.Retry(draft, again.Passage, again.Plan);
                return null;
            case RolloutInput.Complete completed when completed.Passage == draft.State.Passage:
                if (draft.State.Stage is Stage.Verified) Forward.Finish(draft, Phase.Succeeded, null);
                return null;
            case RolloutInput.Leave leave when leave.Passage == draft.State.Passage:
                Leave(draft, leave);
                return null;
            default:
                return new(RefusalCodes.OfRelease, $"{draft.State.Id} is a part of {Whole(draft.State)}");
        }
    }

    // Whoever goes back already has stopped by itself.
    private static void Halt(Draft draft, RolloutInput.Halt halt)
    {
        if (draft.State.MayMove || draft.State.Stage is Stage.Verified)
            Stop(draft, new Cause.ReleaseHalted(halt.Passage));
    }

    // Also without a halt before it, which may have been lost. What got stuck is tried once more; said twice, that
    // costs one attempt too many.
    private static void TakeBack(Draft draft, RolloutInput.TakeBack back)
    {
        if (draft.State.MayMove || draft.State.Stage is Stage.Verified)
            Stop(draft, new Cause.ReleaseTakenBack(back.Passage, back.Plan));
        switch (draft.State.Stage)
        {
            case Stage.Halted { Plan: null } halted when halted.Happened.UnknownUntil > draft.Now:
                draft.Happen(new RolloutEvent.TurnCame(back.Plan));
                break;
            case Stage.Halted halted when !(halted.Happened.UnknownUntil > draft.Now):
                Backward.GoBack(draft, new Cause.ReleaseTakenBack(back.Passage, back.Plan));
                break;
            case Stage.Stuck:
                Backward.Retry(draft, back.Passage, back.Plan);
                break;
            default:
                break;
        }
    }

    // Its release gives the lease back without it, or it was taken: from then on it has nothing to say here.
    private static void Leave(Draft draft, RolloutInput.Leave leave)
    {
        draft.Abandon(Direction.Forward);
        draft.Abandon(Direction.Back);
        Forward.Finish(draft, Phase.Superseded, new Cause.LeftAsItIs(leave.Passage, leave.By, leave.Reason));
    }

    /// <summary>What is there was seen: so it is known better what has happened than when it stopped.</summary>
    public static void StopAgain(Draft draft)
    {
        var turn = ((Stage.Halted)draft.State.Stage).Plan;
        Stop(draft, new Cause.ReleaseHalted(draft.State.Passage!.Value));
        if (turn is { } plan && draft.State.Stage is Stage.Halted) draft.Happen(new RolloutEvent.TurnCame(plan));
    }

    /// <summary>Its turn has come before, and what might still have arrived cannot any more.</summary>
    public static void GoOn(Draft draft)
    {
        if (draft.State is { Stage: Stage.Halted { Plan: { } plan } halted, Passage: { } passage }
            && !(halted.Happened.UnknownUntil > draft.Now))
        {
            Backward.GoBack(draft, new Cause.ReleaseTakenBack(passage, plan));
        }
    }

    /// <summary>Good: the end of a rollout of no release, and of any other when its release has completed.</summary>
    public static void Verify(Draft draft)
    {
        if (draft.State.Passage is null)
        {
            Forward.Finish(draft, Phase.Succeeded, null);
            return;
        }

        draft.Abandon(Direction.Neutral);
        draft.Happen(new RolloutEvent.Verified());
        // It moves no more, and its way back needs no permit.
        draft.Intend(Intents.ReturnPermit(draft.State.Id));
    }

    private static string Whole(RolloutState state) => state.Passage?.ToString() ?? "no release";

    // Nobody waits for what is under way: it counts as having happened. Where nothing may have, nothing is left to do.
    private static void Stop(Draft draft, Cause cause)
    {
        draft.Abandon(Direction.Forward);
        var state = draft.State;
        var plan = WayBack.From(
            state.Baseline, state.Version, draft.Moment.Outbox, state.Restored.Taken, state.IsKept);
        if (plan.Steps.IsEmpty)
        {
            Forward.Finish(draft, Backward.HasLeftSomething(draft) ? Phase.RolledBack : Phase.Cancelled, cause);
            return;
        }

        draft.Happen(new RolloutEvent.Halted(new Happened(
            plan.Steps.Any(step => step is UndoStep.RetireCandidate),
            plan.Steps.Any(step => step is UndoStep.RestoreTraffic),
            draft.Moment.Outbox.Max(entry => UnknownUntil(draft, entry)),
            Hooked: plan.Steps.Any(step => step is UndoStep.UndoHook))));
    }

    // A router that stores fences keeps out what arrives late; the way back of targets and hooks waits by itself.
    private static DateTimeOffset? UnknownUntil(Draft draft, OutboxEntry entry) =>
        entry is { MayStillArrive: true, Effect: { Direction: Direction.Forward, Action: EffectAction.SetTraffic } }
        && draft.Spec.Traffic.Fencing is Fencing.None
            ? entry.OverAt ?? draft.Now + entry.Effect.Limits.Timeout + EffectLimits.Grace
            : null;
}
