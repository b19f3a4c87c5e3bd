using System.Diagnostics;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Core.Releases.PassageInput;

namespace OrleansRelease.Core.Releases;

/// <summary>What people and slots may ask of a passage, and when the answer is no.</summary>
internal static class PassageCommands
{
    public static Refusal? Take(PassageDraft draft, PassageInput input)
    {
        switch (input, draft.State.Stage)
        {
            case (Abort, PassageStage.Halting or PassageStage.GoingBack or PassageStage.Stabilising):
            case (Supersede, PassageStage.Halting or PassageStage.GoingBack):
                return null;
            case (Supersede newer, PassageStage.Stabilising now):
                PassageStabilising.Cut(draft, now, $"{newer.By} takes its place");
                return null;
            case (Resume resume, PassageStage.Stabilising now):
                PassageStabilising.Cut(
                    draft, now, $"{resume.Actor} did not wait" + (resume.Reason is null ? "" : $": {resume.Reason}"));
                return null;
            // A way back makes way for nobody who goes forward.
            case (Supersede, _) when draft.Spec.Reverses is not null:
                return null;
            case (Resume resume, PassageStage.StoodUpon):
                draft.Happen(new PassageEvent.WentOnAlone(resume.Actor, resume.Reason));
                return null;
            case (Abort { WhenBuiltOn: not null } careful, PassageStage.Moving or PassageStage.Held)
                when PassageAbort.IsStoodUpon(careful):
                return PassageAbort.Spare(draft, careful);
            case (Abort abort, _):
                PassageBackward.Halt(draft, new PassageCause.Person(
                    abort.Actor, abort.Reason, abort.StandOn, abort.StandOnNotKnown));
                return null;
            case (Supersede supersede, _):
                PassageBackward.Halt(draft, new PassageCause.SupersededBy(supersede.By));
                return null;
            case (Pause pause, PassageStage.Moving or PassageStage.Held { Person: null }):
                draft.Happen(new PassageEvent.PausedByPerson(pause.Actor, pause.Reason));
                return null;
            case (Pause, PassageStage.Held):
                return null;
            case (Resume resume, PassageStage.Held):
                draft.Happen(new PassageEvent.ResumedByPerson(resume.Actor, resume.Reason));
                return null;
            case (Retry, _) when draft.State.ForAPerson.Any():
                foreach (var part in draft.State.ForAPerson.ToList()) PassageBackward.Again(draft, part);
                return null;
            case (Leave leave, _) when draft.State.ForAPerson.Any(part => part.Service == leave.Service):
                PassageBackward.Leave(draft, leave);
                return null;
            default:
                return Refuse(input, draft.State);
        }
    }

    public static Decision<PassageEvent> AtTheEnd(PassageSpec spec, PassageState state, PassageInput input) =>
        input switch
        {
            Begin or Tick or OutcomeReported or RequiredRead or SlotGranted or SlotWanted or PassageInput.SlotRefused
                or Heard or CriteriaRead or NothingJudged or Supersede or StandingRead
                or StandingNotRead => Decision<PassageEvent>.Nothing,
            Abort when state.Phase is PassagePhase.Succeeded or PassagePhase.Partial =>
                new Decision<PassageEvent>.Refused(new(
                    RefusalCodes.AlreadySucceeded,
                    $"{state.Id} has ended: {state.Phase}; there is nothing left to abort", CommandOf(state.Id))),
            _ => new Decision<PassageEvent>.Refused(new(
                RefusalCodes.AlreadyEnded, $"{state.Id} has ended: {state.Phase}",
                // A start would go forward.
                spec.Reverses is null ? "start the release again" : CommandOf(state.Id))),
        };

    private static string CommandOf(PassageId id) => $"orel release rollback {id.Release} -e {id.Environment}";

    private static Refusal Refuse(PassageInput input, PassageState state) => (input, state.Stage) switch
    {
        (Retry or Leave, PassageStage.Stabilising) => new(
            RefusalCodes.NotFailed, "all of it is back", "wait, or resume"),
        (Retry or Leave, PassageStage.GoingBack or PassageStage.Halting) => new(
            RefusalCodes.NotFailed, "nothing of the way back has got stuck there",
            "wait; when it has taken longer than was announced, also what does not answer"),
        (_, PassageStage.GoingBack or PassageStage.Halting or PassageStage.Stabilising) => new(
            RefusalCodes.RollingBack, "a way back is never paused, skipped or reversed", "wait"),
        (Retry or Leave, _) => new(
            RefusalCodes.NotFailed, "only what got stuck on its way back can be retried or left", "wait, or abort"),
        (Pause, PassageStage.StoodUpon) => new(
            RefusalCodes.Paused, "others stand on it, and it waits for a person", "resume, or abort"),
        (Resume, _) => new(RefusalCodes.NotPaused, "the release is not paused", "wait, pause, or abort"),
        (Pause, _) => new(RefusalCodes.Pending, "it waits for what it needs and has begun nothing", "wait, or abort"),
        _ => throw new UnreachableException($"{input} in {state.Stage}"),
    };
}
