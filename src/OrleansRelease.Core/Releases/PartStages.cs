namespace OrleansRelease.Core.Releases;

/// <summary>What becomes of a part when its rollout says where it is.</summary>
internal static class PartStages
{
    /// <summary>The same object when the news changes nothing.</summary>
    public static PartStage After(PartStage now, PartStage said) => (now, said) switch
    {
        // Nothing follows what is over for this passage.
        (PartStage.Back or PartStage.Left, _) => now,
        (PartStage.Untouched, PartStage.Moving) => now,
        (_, PartStage.Back or PartStage.Left or PartStage.Stuck) => said == now ? now : said,
        // It was told to go back because it had not answered, or could not even be told, and has nothing to take back.
        (PartStage.Undoing or PartStage.Stuck, PartStage.Halted { Happened.IsAny: false }) => said,
        // Where nothing has happened nothing goes back, also if it was told to before that was known.
        (PartStage.Halted { Happened.IsAny: false }, PartStage.GoingBack) => now,
        // Told to go back, it does: when that is done is what is waited for.
        (PartStage.Undoing, _) => now,
        (PartStage.Stuck, PartStage.GoingBack) => said,
        (PartStage.Stuck, _) => now,
        // Who was halted decides nothing forward any more, whatever is said late.
        (PartStage.Halted or PartStage.GoingBack, PartStage.Moving or PartStage.Verified) => now,
        (PartStage.GoingBack, PartStage.GoingBack) => now,
        _ => said == now ? now : said,
    };
}
