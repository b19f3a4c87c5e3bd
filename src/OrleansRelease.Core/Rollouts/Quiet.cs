using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// Who stores no fences lets an older call through whenever it arrives. So what contradicts one that may still be under
/// way is not begun before the hard time-out of that one is over.
/// </summary>
internal static class Quiet
{
    /// <summary>
    /// The longest that a call of the target which was begun before can still be under way; null where it is kept out.
    /// </summary>
    public static TimeSpan? OfTarget(RolloutSpec spec) => spec.Target.Fencing == Fencing.None
        ? Longer(spec.Target.DeployLimits.Timeout, spec.Target.RetireLimits.Timeout) + EffectLimits.Grace
        : null;

    /// <summary>The same of a hook.</summary>
    public static TimeSpan? Of(HookSpec hook) => hook.StoresFences
        ? null
        : Longer(hook.Limits.Timeout, hook.Undo?.Limits.Timeout ?? TimeSpan.Zero) + EffectLimits.Grace;

    /// <summary>
    /// Until when a step waits for calls of who held the slot before; null: there are none, or they are kept out.
    /// </summary>
    public static DateTimeOffset? AfterOthers(RolloutSpec spec, RolloutState state, Step step) =>
        state.TakenOverAt + AfterOthers(spec, step);

    /// <summary>How long that is from when it has the slot.</summary>
    public static TimeSpan? AfterOthers(RolloutSpec spec, Step step) => step switch
    {
        Step.Deploy => OfTarget(spec),
        Step.Hook hook => Of(hook.Call),
        _ => null,
    };

    /// <summary>The same of a step of a way back.</summary>
    public static TimeSpan? AfterOthers(RolloutSpec spec, UndoStep step) => step switch
    {
        UndoStep.EnsureBaseline or UndoStep.RetireCandidate => OfTarget(spec),
        UndoStep.UndoHook undo => Of(spec.HookOf(undo.Hook)),
        _ => null,
    };

    /// <summary>
    /// From when an effect may be begun: when nothing can arrive any more that says otherwise. Null: at once.
    /// </summary>
    public static DateTimeOffset? From(
        RolloutSpec spec, RolloutState state, ImmutableArray<OutboxEntry> outbox, EffectAction action)
    {
        var longest = action switch
        {
            EffectAction.Deploy or EffectAction.Retire => OfTarget(spec),
            EffectAction.UndoHook undo => Of(spec.HookOf(undo.Hook)),
            _ => null,
        };
        if (longest is null) return null;
        return outbox
            .Where(entry => entry.MayStillArrive && Contradicts(entry.Effect.Action, action))
            .Select(entry => entry.OverAt)
            .Append(state.TakenOverAt + longest)
            .Max();
    }

    /// <summary>Whether somebody had the slot before, whose calls would not be kept out.</summary>
    public static bool IsTakeover(RolloutSpec spec, int epoch, int generation) => (epoch > 1 || generation > 1)
        && (OfTarget(spec) is not null || spec.Hooks.Any(hook => Of(hook) is not null));

    private static bool Contradicts(EffectAction one, EffectAction other) => (one, other) switch
    {
        (EffectAction.Deploy deploy, EffectAction.Retire retire) => deploy.Version == retire.Version,
        (EffectAction.Retire retire, EffectAction.Deploy deploy) => deploy.Version == retire.Version,
        (EffectAction.RunHook run, EffectAction.UndoHook undo) => run.Hook == undo.Hook,
        _ => false,
    };

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
