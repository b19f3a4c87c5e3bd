using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;

namespace OrleansRelease.Core.Rollouts;

/// <summary>What a rollout is for the release that it is a part of.</summary>
public static class PartOf
{
    /// <summary>As its row stands in this epoch of the store; null where it is a part of none.</summary>
    public static PartNews? News(Row<RolloutState> row, int epoch) => row.State is { Passage: not null } state
        ? new(state.Id, row.Sequence, AsSeen(StageOf(state), row.Epoch, epoch))
        : null;

    /// <summary>
    /// The store was restored, and it is not known yet that what is there is what is on record; or it is not.
    /// </summary>
    public static bool IsDoubted(Row<RolloutState> row, int epoch) => row.State is { IsTerminal: false } state
        && (row.Epoch < epoch || state.Restored.IsOpen);

    /// <summary>What a transition of that rollout, as it is stored, adds to what was known before it.</summary>
    public static PartNews After(PartNews known, long sequence, string transition, int epoch)
    {
        var read = Vocabulary.Read<Transition<RolloutInput, RolloutEvent>>(transition);
        return known with
        {
            Sequence = sequence,
            Stage = read.Events.OfType<RolloutEvent.PassageRung>().LastOrDefault() is { Part: var part }
                ? AsSeen(part, read.Epoch, epoch)
                : known.Stage,
        };
    }

    /// <summary>Everything that it can be for a release, from the rollout's state alone.</summary>
    public static PartStage StageOf(RolloutState state) => state.Stage switch
    {
        Stage.Pending or Stage.Moving or Stage.Held => new PartStage.Moving(),
        Stage.Verified when state.Restored.IsOpen => new PartStage.Moving(),
        Stage.Verified verified => new PartStage.Verified(verified.Blamed?.Text),
        Stage.Ended { As: Phase.Succeeded } => new PartStage.Verified(),
        Stage.Halted halted => new PartStage.Halted(halted.Happened),
        Stage.GoingBack back => new PartStage.GoingBack(back.Cause.Text),
        Stage.Stuck stuck => new PartStage.Stuck(stuck.Reason),
        Stage.Ended { Cause: Cause.ReleaseHalted } => new PartStage.Halted(new Happened(false, false)),
        Stage.Ended { Cause: Cause.LeftAsItIs left } => new PartStage.Left(left.Text),
        Stage.Ended { Cause: Cause.Overtaken overtaken } => new PartStage.Left(overtaken.Text),
        Stage.Ended ended => new PartStage.Back(ended.Cause?.Text ?? $"{ended.As}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // What was verified before the store was restored may be gone: nothing stands on it before it was seen.
    private static PartStage AsSeen(PartStage part, int saidIn, int epoch) =>
        saidIn < epoch && part is PartStage.Verified ? new PartStage.Moving() : part;
}
