using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>1: the weights of a slot sum to 100 %, in whole basis points.</summary>
internal sealed class WeightsSum() : Invariant(1)
{
    public override void OnArrived(Dispatch attempt, Fence? accepted)
    {
        if (attempt.Effect.Action is not EffectAction.SetTraffic { Split: var split }) return;
        // With no baseline the rest goes nowhere.
        var rest = split.Baseline is { } baseline ? split.WeightOf(baseline) : split.CandidateWeight.Rest;
        var sum = split.WeightOf(split.Candidate).BasisPoints + rest.BasisPoints;
        Require(sum == Weight.Full, $"{split} sums to {sum}");
    }
}
