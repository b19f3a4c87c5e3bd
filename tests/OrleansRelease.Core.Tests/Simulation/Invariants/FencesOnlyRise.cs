using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>2: no target applies a fence lower than one it has accepted.</summary>
internal sealed class FencesOnlyRise() : Invariant(2)
{
    private Fence? _target;
    private Fence? _router;

    public override void OnArrived(Dispatch attempt, Fence? accepted)
    {
        var fence = attempt.Effect.Fence;
        var highest = attempt.Effect.Action is EffectAction.SetTraffic ? _router : _target;
        Require(accepted is not { } known || fence >= known, $"{fence} was applied after {accepted} was accepted");
        Require(highest is not { } own || fence >= own, $"{fence} was applied after {highest}");
        if (attempt.Effect.Action is EffectAction.SetTraffic) _router = fence;
        else _target = fence;
    }
}
