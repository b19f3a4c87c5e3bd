using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>What is being decided about a rollout.</summary>
internal sealed class Draft(RolloutSpec spec, RolloutState state, Moment moment)
    : Draft<RolloutState, RolloutEvent>(state, moment)
{
    public RolloutSpec Spec => spec;

    public void Abandon(Direction direction) => AbandonWhere(effect => effect.Direction == direction);

    protected override RolloutState Evolve(RolloutState before, RolloutEvent happened) =>
        Evolution.Evolve(spec, before, happened, Now);
}
