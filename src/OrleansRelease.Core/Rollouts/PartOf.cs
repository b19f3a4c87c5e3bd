using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Rollouts;

/// <summary>What a rollout is for the release that it is a part of.</summary>
public static class PartOf
{
    /// <summary>As its row stands at a sequence; null where it is a part of none.</summary>
    public static PartNews? News(RolloutState state, long sequence) =>
        state.Passage is null ? null : new(state.Id, sequence, StageOf(state));

    /// <summary>What a transition of that rollout, as it is stored, adds to what was known before it.</summary>
    public static PartNews After(PartNews known, long sequence, string transition) => known with
    {
        Sequence = sequence,
        Stage = Vocabulary.Read<Transition<RolloutInput, RolloutEvent>>(transition).Events
            .OfType<RolloutEvent.PassageRung>().LastOrDefault()?.Part ?? known.Stage,
    };

    /// <summary>Everything that it can be for a release, from the rollout's state alone.</summary>
    public static PartStage StageOf(RolloutState state) => state.Stage switch
    {
        Stage.Pending or Stage.Moving or Stage.Held => new PartStage.Moving(),
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
}
