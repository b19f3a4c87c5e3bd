using System.Diagnostics;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>The effects that a rollout decides, as intended target states.</summary>
internal static class Intents
{
    public static Intent Forward(RolloutSpec spec, RolloutState state, Step step) => step switch
    {
        Step.Deploy => new(Direction.Forward,
            new EffectAction.Deploy(state.Id.Slot, state.Version, state.SpecHash), spec.Target.DeployLimits),
        Step.SetWeight weight => new(Direction.Forward,
            new EffectAction.SetTraffic(
                state.Id.Slot, new(state.Baseline, state.Version, weight.Weight), state.SpecHash,
                state.BaselineSpecHash, state.Exposure.Confirmed),
            // Counters show a share only when requests come, so how often to try is decided by GiveUpAt, not a count.
            spec.Traffic.Limits with { Attempts = int.MaxValue }),
        Step.Hook { Call: var hook } => new(Direction.Forward,
            new EffectAction.RunHook(
                state.Id.Slot, hook.Name, state.Version, state.SpecHash, hook.Undo is not null),
            hook.Limits),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// A step of the way back; where nothing is kept out it waits for what may still be under way.
    /// </summary>
    public static Intent Back(Draft draft, UndoStep step)
    {
        var intent = Back(draft.Spec, draft.State, step);
        return intent with
        {
            NotBefore = Quiet.From(draft.Spec, draft.State, draft.Moment.Outbox, intent.Action),
        };
    }

    private static Intent Back(RolloutSpec spec, RolloutState state, UndoStep step) => step switch
    {
        UndoStep.EnsureBaseline ensure => new(Direction.Back,
            new EffectAction.Deploy(state.Id.Slot, ensure.Version, state.BaselineSpecHash ?? state.SpecHash),
            spec.Target.DeployLimits),
        UndoStep.RestoreTraffic restore => new(Direction.Back,
            new EffectAction.SetTraffic(state.Id.Slot, restore.Split, state.SpecHash, state.BaselineSpecHash),
            spec.Traffic.Limits),
        UndoStep.RetireCandidate retire => new(Direction.Back,
            new EffectAction.Retire(state.Id.Slot, retire.Version, state.SpecHash), spec.Target.RetireLimits),
        UndoStep.UndoHook { Hook: var hook } => new(Direction.Back,
            new EffectAction.UndoHook(state.Id.Slot, hook, state.Version, state.SpecHash),
            spec.HookOf(hook).Undo!.Limits),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Requests are sent back beside a step: one short attempt, so that a router that hangs is not full of what nobody
    /// waits for. Without <paramref name="shedding"/> none is refused any more.
    /// </summary>
    public static Intent Shed(RolloutSpec spec, RolloutState state, TrafficSplit split, Shedding? shedding) => new(
        Direction.Back,
        new EffectAction.SetTraffic(
            state.Id.Slot, split, state.SpecHash, state.BaselineSpecHash, Shedding: shedding, IsBeside: true),
        spec.Traffic.Limits with
        {
            Attempts = 1,
            Timeout = spec.Traffic.Limits.Timeout < LoadShedding.AttemptWithin
                ? spec.Traffic.Limits.Timeout
                : LoadShedding.AttemptWithin,
        });

    /// <summary>Nobody comes after it who could lift it, so it is tried for hours.</summary>
    public static Intent Lift(RolloutSpec spec, RolloutState state) => new(
        Direction.Neutral, new EffectAction.LiftShedding(state.Id.Slot, state.SpecHash),
        spec.Traffic.Limits with { Attempts = LoadShedding.LiftAttempts });

    public static Intent RequestPermit(RolloutId id, int maxParallel) =>
        Tell(new EffectAction.RequestPermit(id, maxParallel));

    public static Intent ReturnPermit(RolloutId id) => Tell(new EffectAction.ReturnPermit(id));

    public static Intent ReportEnd(RolloutId id, bool succeeded, TimeSpan keepPrevious) =>
        Tell(new EffectAction.ReportEnd(id, succeeded, keepPrevious));

    private static Intent Tell(EffectAction action) => new(Direction.Neutral, action, EffectLimits.Internal);
}
