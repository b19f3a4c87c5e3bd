using OrleansRelease.Core.Durability;

namespace OrleansRelease.Core.Rollouts;

/// <summary>The release that a rollout is a part of is rung when something has changed that concerns it.</summary>
internal static class Rings
{
    public static Decision<RolloutEvent> Of(Draft draft, RolloutState before)
    {
        var part = PartOf.StageOf(draft.State);
        if (draft.State.Passage is not { } passage || part == PartOf.StageOf(before)) return draft.Done();
        draft.Happen(new RolloutEvent.PassageRung(draft.Moment.Sequence, part));
        return ((Decision<RolloutEvent>.Accepted)draft.Done()) with { Rings = [To(passage, before.RungAt)] };
    }

    public static Ring To(Identity.PassageId passage, long previous) => new(Kinds.Passage, $"{passage}", previous);
}
