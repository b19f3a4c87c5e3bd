using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// After a way back: it is called done when the criteria of what is there again have held. All that this decides is
/// when that is, and what is said of it. Requests are off the new versions, so nothing that is or is not measured here
/// ever takes anything back.
/// </summary>
internal static class PassageStabilising
{
    public static void Begin(PassageDraft draft, PassageCause cause)
    {
        if (draft.Spec.Stabilise is not { } rule)
            draft.Finish(PassagePhase.RolledBack, cause);
        else if (!draft.State.Parts.Any(part => part.IsThereAgain))
            End(draft, cause, new(Holds: false, TimeSpan.Zero, "nothing that was taken back ran there before"));
        else
            draft.Happen(new PassageEvent.StabilisingBegan(cause, rule.For, draft.Now + rule.Within));
    }

    public static void GoOn(PassageDraft draft)
    {
        if (draft.State.Stage is not PassageStage.Stabilising now) return;
        if (draft.State.Parts.Any(part => !part.IsClear))
        {
            // Somebody says late that something has happened all the same: it is the same way back that goes on.
            PassageBackward.GoOn(draft);
            return;
        }

        if (now.Soak.Covered >= now.For)
        {
            End(draft, now.Cause, new(Holds: true, now.Soak.Covered));
            return;
        }

        if (now.Deadline <= draft.Now)
        {
            var within = Duration.Format(draft.Now - now.Soak.Since);
            End(draft, now.Cause, Unseen(
                now, now.Soak.Note is null ? $"nothing usable within {within}" : $"after {within} {now.Soak.Note}"));
        }
    }

    /// <summary>What was measured of all of them in one window, or why nothing was.</summary>
    public static void Take(PassageDraft draft, PassageInput.CriteriaRead read)
    {
        if (draft.State.Stage is not PassageStage.Stabilising now || read.To < now.Soak.MeasuredTo) return;
        var next = now.Soak.After(read.To, read.Verdict, read.Detail, read.NextAt);
        if (next != now.Soak) draft.Happen(new PassageEvent.CriteriaSeen(next));
    }

    /// <summary>Nothing says by what it would be judged: waiting for it would never end well.</summary>
    public static void Take(PassageDraft draft, PassageInput.NothingJudged nothing)
    {
        if (draft.State.Stage is PassageStage.Stabilising now) End(draft, now.Cause, Unseen(now, nothing.Reason));
    }

    /// <summary>Somebody does not want to wait: all is back, and others may move it again.</summary>
    public static void Cut(PassageDraft draft, PassageStage.Stabilising now, string why) =>
        End(draft, now.Cause, Unseen(now, why));

    private static Stability Unseen(PassageStage.Stabilising now, string why) => new(false, now.Soak.Covered, why);

    private static void End(PassageDraft draft, PassageCause cause, Stability stability) =>
        draft.Finish(PassagePhase.RolledBack, cause, stability);
}
