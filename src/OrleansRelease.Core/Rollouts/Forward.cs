using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>How a rollout moves on.</summary>
internal static class Forward
{
    public static void Advance(Draft draft)
    {
        // Each round enters a later step, so the number of steps bounds it.
        for (var round = 0; round <= draft.Spec.Steps.Length; round++)
        {
            if (draft.State.Stage is not Stage.Moving moving) return;
            switch (moving.Work)
            {
                case Work.Gated gated:
                    Act(draft, moving.Step, gated);
                    return;
                case Work.Resting resting when resting.Until <= draft.Now:
                case Work.Judging when HasPassed(draft, moving.Step):
                    Enter(draft, moving.Step + 1);
                    break;
                case Work.Covering when IsCovered(draft, moving.Step):
                    OfRelease.Verify(draft);
                    return;
                default:
                    return;
            }
        }
    }

    public static void Enter(Draft draft, int step) =>
        draft.Happen(new RolloutEvent.StepEntered(step, draft.Spec.Steps[step] switch
        {
            Step.Deploy or Step.SetWeight or Step.Hook => new Work.Gated(),
            Step.Pause pause => new Work.Resting(draft.Now + pause.Duration),
            Step.Analyse => new Work.Judging(),
            Step.Verify => new Work.Covering(),
            _ => throw new UnreachableException(),
        }));

    public static void Finish(Draft draft, Phase phase, Cause? cause)
    {
        // A permit that is still being asked for would be given to nobody.
        draft.Abandon(Direction.Neutral);
        LoadShedding.Abandon(draft);
        draft.Happen(new RolloutEvent.Finished(phase, cause));
        LoadShedding.LiftAtTheEnd(draft);
        draft.Intend(Intents.ReturnPermit(draft.State.Id));
        // The lease of a release is given back by that one, which is rung and reads how this ended.
        if (draft.State.Passage is null)
            draft.Intend(Intents.ReportEnd(draft.State.Id, phase == Phase.Succeeded, draft.Spec.KeepPrevious));
    }

    private static void Act(Draft draft, int index, Work.Gated gated)
    {
        var step = draft.Spec.Steps[index];
        if (Gates.Evaluate(draft.Spec, draft.State, step, draft.Now).Any(gate => !gate.IsOpen)) return;
        var giveUpAt = gated.GiveUpAt ?? GiveUpAt(draft, step);
        draft.Happen(new RolloutEvent.Acted(draft.NextOrdinal, giveUpAt));
        if (step is Step.SetWeight) draft.Happen(new RolloutEvent.TrafficChanging());
        draft.Intend(Intents.Forward(draft.Spec, draft.State, step));
    }

    // A deployment and a hook have their own limits. A share that no counter shows is missing evidence, and treated as
    // such.
    private static DateTimeOffset? GiveUpAt(Draft draft, Step step) => (step, draft.Spec.Undecided.Then) switch
    {
        (Step.SetWeight, UndecidedThen.Hold) => null,
        (Step.SetWeight, _) => draft.Now + draft.Spec.Undecided.Hold,
        (Step.Hook hook, _) => draft.Now + hook.Call.Limits.WorstCase + Bound.Failover,
        _ => draft.Now + draft.Spec.Target.DeployLimits.WorstCase + Bound.Failover,
    };

    private static bool HasPassed(Draft draft, int index) =>
        draft.Spec.Steps[index] is Step.Analyse analysis
        && analysis.Metrics.Where(metric => metric.Counts).All(metric => ThresholdJudge.Assess(
            metric.Limits, draft.State.Tallies[Metrics.KeyOf(index, metric)]) == Verdict.Pass);

    // Time counts only where usable windows cover it, for every metric that counts.
    private static bool IsCovered(Draft draft, int index)
    {
        var step = (Step.Verify)draft.Spec.Steps[index];
        return draft.Spec.Background.Where(metric => metric.Counts).All(metric =>
            {
                var covered = draft.State.Tallies[metric.Name].Covered;
                return covered > TimeSpan.Zero && covered >= step.Duration;
            })
            && Gates.Evidence(draft.Spec, draft.State, draft.Now).All(gate => gate.IsOpen);
    }
}
