using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Defects;

internal sealed class UndoOrderReversed : Meddler
{
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) =>
        WithPlan(said, plan => new([.. plan.Steps.Reverse()]), step => Intend(state!, step));
}

internal sealed class UndoesWhatNeverHappened : Meddler
{
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) =>
        WithPlan(said, _ => WayBack.Longest(state!.Baseline, state.Version), step => Intend(state!, step));
}

internal sealed class UndoSkipsTraffic : Meddler
{
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) => WithPlan(
        said,
        plan => new(plan.Steps.RemoveAll(step => step is UndoStep.RestoreTraffic && plan.Steps.Length > 1)),
        step => Intend(state!, step));
}

internal sealed class UndoIsBelievedUnseen : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) => input;

    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) =>
        state?.Stage is Stage.GoingBack { Done: 0, Plan.Steps.Length: > 1 } back
        && said.Events is [RolloutEvent.GotStuck]
            ? said with
            {
                Events = [new RolloutEvent.Undone(back.Ordinal + 1)],
                Effects = [Intend(state, back.Plan.Steps[1])],
            }
            : said;
}

internal sealed class ShedsForEver : Meddler
{
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) =>
        said with { Effects = [.. said.Effects.Select(Shed)] };

    private static Intent Shed(Intent effect) =>
        effect is { Direction: Direction.Back, Action: EffectAction.SetTraffic set }
            ? effect with { Action = set with { Shedding = new(1, TimeSpan.FromSeconds(5), "X", ["low"]) } }
            : effect;
}

internal sealed class EffectDoubled : Meddler
{
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) =>
        said.Effects is [{ Direction: Direction.Forward } effect] ? said with { Effects = [effect, effect] } : said;
}

internal sealed class EndIsNotTold : Meddler
{
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) =>
        said with { Effects = said.Effects.RemoveAll(effect => effect.Action is EffectAction.ReportEnd) };
}

internal sealed class PermitIsKept : Meddler
{
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) =>
        said with { Effects = said.Effects.RemoveAll(effect => effect.Action is EffectAction.ReturnPermit) };
}

internal sealed class RetryIsRefused : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        input is RolloutInput.Retry retry ? new RolloutInput.Resume(retry.Actor, retry.Reason) : input;
}
