using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;

namespace OrleansRelease.Core.Promotion;

/// <summary>What is being decided about a release.</summary>
internal sealed class ReleaseDraft(ReleaseState state, Moment moment)
    : Draft<ReleaseState, ReleaseEvent>(state, moment)
{
    // A beginning resolves what hundreds of manifests say; told until it is heard.
    private static readonly EffectLimits BeginLimits =
        new(TimeSpan.FromSeconds(30), int.MaxValue, TimeSpan.FromSeconds(1));

    /// <summary>
    /// Once more through an environment. Its rank there was given with the first time: only what has completed has had
    /// its turn, and comes as a new one, also when it was replaced since.
    /// </summary>
    public PassageId Begin(Leg leg, string? specHash)
    {
        var id = new PassageId(State.Name, leg.Environment, leg.Passages + 1);
        var rank = leg is { RankSince: { } since, Stage: not (LegStage.Completed or LegStage.Replaced) }
            ? new Rank(since, id)
            : Rank.Of(id, Now, State.Priority);
        Happen(new ReleaseEvent.PassageBegun(leg.Environment, id.Number, rank.Since));
        Intend(new Intent(
            Direction.Neutral, new EffectAction.BeginPassage(id, State.StartedBy, rank, specHash), BeginLimits));
        return id;
    }

    /// <summary>
    /// What has completed is taken back. Whoever goes forward has to wait for it rather than it for them.
    /// </summary>
    public PassageId TakeBack(Leg leg, ReleaseInput.TakeBack back)
    {
        var id = new PassageId(State.Name, leg.Environment, leg.Passages + 1);
        Happen(new ReleaseEvent.ReversalBegun(leg.Environment, id.Number, back.Reverses, back.Actor, back.Reason));
        Intend(new Intent(
            Direction.Neutral,
            new EffectAction.BeginPassage(
                id, back.Actor, Rank.Of(id, Now, Rank.HighestPriority), back.SpecHash, IsReversal: true),
            BeginLimits));
        return id;
    }

    protected override ReleaseState Evolve(ReleaseState before, ReleaseEvent happened) =>
        ReleaseEvolution.Evolve(before, happened, Now);
}
