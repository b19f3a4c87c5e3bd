using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Releases;

/// <summary>What a passage learns of its rollouts.</summary>
internal static class PassageNews
{
    /// <summary>
    /// Each says what was so at a sequence, so what comes late or twice changes nothing. Nothing new is written down
    /// only when it was time to ask.
    /// </summary>
    public static void Take(PassageDraft draft, PassageInput.Heard heard)
    {
        foreach (var news in heard.News.OrderBy(news => news.Sequence))
        {
            if (draft.State.PartOf(news.Rollout) is not { } part || news.Sequence <= part.Heard) continue;
            // Where the rollout is may be the same as before: that is worth no write.
            if (PartStages.After(part.Stage, news.Stage) == part.Stage && !IsAnswer(part, news)) continue;
            draft.Happen(new PassageEvent.PartHeard(part.Service, news.Sequence, news.Stage));
        }

        if (draft.State.ReadAt <= draft.Now
            && draft.State.Stage is not (PassageStage.Requiring or PassageStage.Looking))
        {
            draft.Happen(new PassageEvent.PartsRead());
        }
    }

    /// <summary>
    /// A rollout that could not be begun has changed nothing, and never will; one that cannot be told to go back is
    /// somebody's to look at.
    /// </summary>
    public static void Settle(PassageDraft draft)
    {
        foreach (var entry in draft.Moment.Settled.Where(entry => entry.Status != EffectStatus.Applied))
        {
            switch (entry.Effect.Action)
            {
                case EffectAction.BeginRollout begin
                    when draft.State.PartOf(begin.Rollout) is { Stage: PartStage.Moving } part:
                    draft.Happen(new PassageEvent.PartHeard(
                        part.Service, 0, new PartStage.Back($"it could not begin: {entry.Note}")));
                    break;
                case EffectAction.TakeBackRollout back
                    when draft.State.PartOf(back.Rollout) is { Stage: PartStage.Undoing } part:
                    draft.Happen(new PassageEvent.PartHeard(
                        part.Service, 0, new PartStage.Stuck($"it cannot be told to go back: {entry.Note}")));
                    break;
                case EffectAction.ReverseRollout back
                    when draft.State.PartOf(back.Rollout) is { Stage: PartStage.Undoing } part:
                    draft.Happen(new PassageEvent.PartHeard(
                        part.Service, 0, new PartStage.Stuck($"it cannot be told to go back: {entry.Note}")));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// The store was restored: what was verified by its record may be gone, and is waited for until its rollout says
    /// once more that it is there. Until then nothing begins that needs it, and nothing ends well. What has its lease,
    /// or was given it unheard, may have begun since the backup, and is asked when what it needs is to go back.
    /// </summary>
    public static void Doubt(PassageDraft draft)
    {
        foreach (var part in draft.State.Parts.Where(part => part.Stage is PartStage.Verified).ToList())
            draft.Happen(new PassageEvent.PartHeard(part.Service, part.Heard, new PartStage.Moving()));
        if (!Ground.IsForward(draft.State) && draft.State.Stage is not PassageStage.Leasing) return;
        foreach (var part in draft.State.Parts.Where(IsNewlyDoubted).ToList())
            draft.Happen(new PassageEvent.PartDoubted(part.Service));

        // Also one that was being told to begin: where its rollout is on record, that one knows better.
        static bool IsNewlyDoubted(Part part) => part is
        {
            Claim: > 0, MayHaveBegun: false, Stage: PartStage.Untouched or PartStage.Moving,
        };
    }

    // What has happened may become known better while it is being taken back.
    private static bool IsAnswer(Part part, PartNews news) =>
        news.Stage is PartStage.Halted halted && halted.Happened != part.Happened
        && part.Stage is not (PartStage.Back or PartStage.Left);
}
