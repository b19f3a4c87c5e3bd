using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// What follows when the effect that a rollout waits for has settled. Any other effect changes nothing.
/// </summary>
internal static class SettledEffects
{
    public static void TakeIn(Draft draft)
    {
        foreach (var entry in draft.Moment.Settled)
        {
            switch (draft.State.Stage)
            {
                case Stage.Moving or Stage.Held
                    when draft.State.Work is Work.Acting acting && acting.Ordinal == entry.Effect.Ordinal:
                    TakeForward(draft, entry);
                    break;
                case Stage.GoingBack back when back.Ordinal == entry.Effect.Ordinal:
                    TakeBack(draft, entry);
                    break;
                default:
                    break;
            }
        }
    }

    private static void TakeForward(Draft draft, OutboxEntry entry)
    {
        switch (entry.Status)
        {
            case EffectStatus.Applied:
                if (entry.Effect.Action is EffectAction.SetTraffic traffic)
                    draft.Happen(new RolloutEvent.TrafficConfirmed(traffic.Split.CandidateWeight));
                Forward.Enter(draft, Metrics.StepOf(draft.Spec, draft.State)!.Value.Index + 1);
                break;
            case EffectStatus.Overtaken:
                Forward.Finish(draft, Phase.Superseded, new Cause.Overtaken(entry.Note ?? ""));
                break;
            case EffectStatus.NotBegun:
                draft.Happen(new RolloutEvent.ActionWithheld(!entry.MayHaveHappened));
                break;
            default:
                Backward.GoBack(draft, new Cause.EffectFailed(Wording.Of(entry.Effect.Action), entry.Note ?? ""));
                break;
        }
    }

    private static void TakeBack(Draft draft, OutboxEntry entry)
    {
        switch (entry.Status)
        {
            case EffectStatus.Applied:
                Backward.Next(draft);
                break;
            case EffectStatus.Overtaken:
                Forward.Finish(draft, Phase.Superseded, new Cause.Overtaken(entry.Note ?? ""));
                break;
            default:
                draft.Happen(new RolloutEvent.GotStuck($"{Wording.Of(entry.Effect.Action)}: {entry.Note}"));
                break;
        }
    }
}
