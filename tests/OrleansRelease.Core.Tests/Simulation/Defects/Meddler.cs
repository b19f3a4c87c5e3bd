using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Defects;

/// <summary>
/// The real rules with one defect: they are lied to about the state or the input, or what they decide is changed.
/// </summary>
internal abstract class Meddler : Tamper
{
    public sealed override IDecider<RolloutState, RolloutInput, RolloutEvent> Wrap(
        IDecider<RolloutState, RolloutInput, RolloutEvent> decider) => new Meddled(decider, this);

    protected virtual RolloutState See(RolloutState state, DateTimeOffset now) => state;

    protected virtual RolloutInput Hear(RolloutState? state, RolloutInput input) => input;

    protected virtual Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) => said;

    protected virtual DateTimeOffset? Wake(DateTimeOffset? wake) => wake;

    protected static Decision<RolloutEvent>.Accepted WithPlan(
        Decision<RolloutEvent>.Accepted said, Func<WayBack, WayBack> change, Func<UndoStep, Intent> intent)
    {
        var back = said.Events.OfType<RolloutEvent.WentBack>().SingleOrDefault();
        if (back is null) return said;
        var plan = change(back.Plan);
        return said with
        {
            Events = said.Events.Replace(back, back with { Plan = plan }),
            Effects = [intent(plan.Steps[0])],
        };
    }

    /// <summary>The effect of one step back, as the rules would decide it.</summary>
    protected static Intent Intend(RolloutState state, UndoStep step)
    {
        EffectAction action = step switch
        {
            UndoStep.EnsureBaseline ensure => new EffectAction.Deploy(
                state.Id.Slot, ensure.Version, state.BaselineSpecHash ?? state.SpecHash),
            UndoStep.RestoreTraffic restore =>
                new EffectAction.SetTraffic(state.Id.Slot, restore.Split, state.SpecHash, state.BaselineSpecHash),
            UndoStep.RetireCandidate retire => new EffectAction.Retire(state.Id.Slot, retire.Version, state.SpecHash),
            UndoStep.UndoHook undo =>
                new EffectAction.UndoHook(state.Id.Slot, undo.Hook, state.Version, state.SpecHash),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return new(Direction.Back, action, new EffectLimits(TimeSpan.FromSeconds(5), 3, TimeSpan.FromSeconds(1)));
    }

    private sealed class Meddled(IDecider<RolloutState, RolloutInput, RolloutEvent> real, Meddler meddler)
        : IDecider<RolloutState, RolloutInput, RolloutEvent>
    {
        public string Kind => real.Kind;

        public int Version => real.Version;

        public bool KeepsEffects => real.KeepsEffects;

        public RolloutInput Tick => real.Tick;

        public RolloutInput Reported(OutcomeReport report) => real.Reported(report);

        public Decision<RolloutEvent> Decide(RolloutState? state, RolloutInput input, Moment moment)
        {
            var seen = state is null ? null : meddler.See(state, moment.Now);
            var decision = real.Decide(seen, meddler.Hear(state, input), moment);
            return decision is Decision<RolloutEvent>.Accepted said ? meddler.Say(state, input, said) : decision;
        }

        public RolloutState Evolve(RolloutState? state, RolloutEvent happened, DateTimeOffset at) =>
            real.Evolve(state, happened, at);

        public bool MayAttempt(RolloutState state, Effect effect, DateTimeOffset now) =>
            real.MayAttempt(meddler.See(state, now), effect, now);

        public DateTimeOffset? NextWake(RolloutState state) => meddler.Wake(real.NextWake(state));

        public Facts Describe(RolloutState state) => real.Describe(state);
    }
}
