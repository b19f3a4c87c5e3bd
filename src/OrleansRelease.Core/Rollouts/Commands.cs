using System.Diagnostics;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using static OrleansRelease.Core.Rollouts.RolloutInput;

namespace OrleansRelease.Core.Rollouts;

/// <summary>What people and the slot may ask of a rollout, and when the answer is no.</summary>
internal static class Commands
{
    public static Refusal? Take(Draft draft, RolloutInput input)
    {
        switch (input, draft.State.Stage)
        {
            case (Abort abort, Stage.Pending or Stage.Moving or Stage.Held):
                Backward.GoBack(draft, new Cause.Person(abort.Actor, abort.Reason));
                return null;
            case (Abort, Stage.GoingBack or Stage.Halted):
                return null;
            case (Halt or TakeBack or Complete or Leave or Reverse, _):
                return OfRelease.Take(draft, input);
            case (Yield yield, Stage.Pending or Stage.Moving or Stage.Held):
                Backward.GoBack(draft, new Cause.SupersededBy(yield.By));
                return null;
            case (Yield, _):
                return null;
            case (Pause pause, Stage.Moving or Stage.Held { Hold.Person: null }):
                draft.Happen(new RolloutEvent.PausedByPerson(pause.Actor, pause.Reason));
                return null;
            case (Pause, Stage.Held):
                return null;
            case (Resume resume, Stage.Held { Hold: { StandsSince: not null, Evidence: null } }):
                draft.Happen(new RolloutEvent.ResumedByPerson(resume.Actor, resume.Reason));
                return null;
            case (Promote promote, Stage.Moving { Work: Work.Resting or Work.Judging } moving):
                draft.Happen(new RolloutEvent.Overridden(NameOf(draft, moving.Step), promote.Actor, promote.Reason));
                Forward.Enter(draft, moving.Step + 1);
                return null;
            case (Retry retry, Stage.Stuck):
                Backward.Retry(draft, retry);
                return null;
            default:
                return draft.State.Stage is Stage.Verified
                    ? RefuseVerified(draft.State)
                    : Refuse(input, draft.State.Stage);
        }
    }

    public static Decision<RolloutEvent> AtTheEnd(RolloutState state, RolloutInput input) => input switch
    {
        TakeBack when state.Phase == Phase.Succeeded => new Decision<RolloutEvent>.Refused(new(
            RefusalCodes.AlreadySucceeded, $"{state.Id} has succeeded, and its release with it")),
        Begin or Tick or OutcomeReported or Answered or Attributed or PermitGranted or Yield or Observed or NotObserved
            or Halt or TakeBack or Complete or Leave or Reverse => Decision<RolloutEvent>.Nothing,
        Abort when state.Phase == Phase.Succeeded => new Decision<RolloutEvent>.Refused(new(
            RefusalCodes.AlreadySucceeded, $"{state.Id} has succeeded; there is nothing left to abort",
            state.Passage is { } passage
                ? $"orel release rollback {passage.Release} -e {passage.Environment}, which takes back its release"
                : $"start {state.Baseline?.ToString() ?? "another version"} to go back")),
        _ => new Decision<RolloutEvent>.Refused(new(
            RefusalCodes.AlreadyEnded, $"{state.Id} has ended: {state.Phase}", "start a new rollout")),
    };

    private static Refusal RefuseVerified(RolloutState state) => new(
        RefusalCodes.OfRelease,
        $"{state.Id} is verified, and others of its release, {state.Passage}, may stand on it",
        $"abort {state.Passage}");

    private static Refusal Refuse(RolloutInput input, Stage stage) => (input, stage) switch
    {
        (Resume or Promote, Stage.Held { Hold.Evidence: { } evidence }) => new(
            RefusalCodes.NoEvidence, $"{evidence.Metric}: {evidence.Reason}; no evidence is never success",
            "wait for a usable measurement, or abort"),
        (Promote, Stage.Held { Hold.Findings: [.., var found] }) => new(
            RefusalCodes.Paused, $"{found.Degraded.Service} got worse, and this may be why", "resume, then promote"),
        (Promote, Stage.Held) => new(RefusalCodes.Paused, "the rollout is paused", "resume, then promote"),
        (Promote, Stage.Moving { Work: Work.Covering }) => new(
            RefusalCodes.NothingSkippable,
            "verifying cannot be skipped: only what was verified becomes stable", "wait, or abort"),
        (Promote, Stage.Moving) => new(
            RefusalCodes.NothingSkippable,
            "only a pause or an analysis step can be skipped, gates never", "wait, or abort"),
        (_, Stage.Pending) => new(RefusalCodes.Pending,
            "the rollout waits for its environment's permit", "wait, or abort"),
        (_, Stage.GoingBack or Stage.Halted) => new(RefusalCodes.RollingBack,
            "a way back is never paused, skipped or reversed", "wait"),
        (Abort, Stage.Stuck stuck) => new(RefusalCodes.Failed, $"the way back got stuck: {stuck.Reason}", "retry"),
        (_, Stage.Stuck) => new(RefusalCodes.Failed, "the way back could not be finished", "retry"),
        (Resume, Stage.Moving { Work: Work.Resting }) => new(
            RefusalCodes.NotPaused, "this pause is a step of its plan, and nobody else has paused it", "promote"),
        (Resume, _) => new(RefusalCodes.NotPaused, "the rollout is not paused", "wait, pause, or abort"),
        (Retry, _) => new(RefusalCodes.NotFailed, "only a failed way back can be retried", "wait, or abort"),
        _ => throw new UnreachableException($"{input} in {stage}"),
    };

    private static string NameOf(Draft draft, int step) => draft.Spec.Steps[step] switch
    {
        Specs.Step.Pause { Duration: { } duration } => $"pause {Units.Duration.Format(duration)} skipped",
        Specs.Step.Pause => "pause ended",
        _ => "analysis step skipped",
    };
}
