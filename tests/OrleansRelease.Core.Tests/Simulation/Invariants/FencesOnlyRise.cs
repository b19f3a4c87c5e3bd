using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 2: no target applies a fence lower than one it has accepted. One that stores none does, but nothing that contradicts
/// what was done since.
/// </summary>
internal sealed class FencesOnlyRise(bool isTargetOpen) : Invariant(2)
{
    private readonly List<Effect> _done = [];
    private Fence? _target;
    private Fence? _router;

    public override void OnArrived(Dispatch attempt, Fence? accepted)
    {
        if (IsOpen(attempt.Effect.Action))
        {
            var later = _done.Find(done => done.Fence > attempt.Effect.Fence && !IsAlike(done, attempt.Effect));
            Require(later is null, $"{attempt.Effect.Fence} was applied after {later?.Fence} said otherwise");
            _done.Add(attempt.Effect);
            return;
        }

        var fence = attempt.Effect.Fence;
        var isOfRouter = IsOfRouter(attempt.Effect.Action);
        var highest = isOfRouter ? _router : _target;
        Require(accepted is not { } known || fence >= known, $"{fence} was applied after {accepted} was accepted");
        Require(highest is not { } own || fence >= own, $"{fence} was applied after {highest}");
        if (isOfRouter) _router = fence;
        else _target = fence;
    }

    private bool IsOpen(EffectAction action) => action is EffectAction.RunHook or EffectAction.UndoHook
        || (!IsOfRouter(action) && isTargetOpen);

    private static bool IsOfRouter(EffectAction action) =>
        action is EffectAction.SetTraffic or EffectAction.LiftShedding or EffectAction.CloseSlot;

    // Of different versions, and of different hooks, nothing is said twice.
    private static bool IsAlike(Effect one, Effect other) => (one.Action, other.Action) switch
    {
        (EffectAction.Deploy deploy, EffectAction.Retire retire) => deploy.Version != retire.Version,
        (EffectAction.Retire retire, EffectAction.Deploy deploy) => deploy.Version != retire.Version,
        (EffectAction.RunHook run, EffectAction.UndoHook undo) => run.Hook != undo.Hook,
        (EffectAction.UndoHook undo, EffectAction.RunHook run) => run.Hook != undo.Hook,
        _ => true,
    };
}
