using System.Runtime.CompilerServices;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// Something that must hold whatever happens. The numbers are those of the design; each keeps its own books and trusts
/// none of the code that it watches.
/// </summary>
internal abstract class Invariant(int number)
{
    public static Invariant[] All(World world) =>
    [
        new WeightsSum(), new FencesOnlyRise(world.Outside.Target.IsOpen), new GatesWereOpen(world),
        new NoSuccessWithoutEvidence(world.Spec), new WayBackIsTrue(world),
        new EffectsAreOnRecordOnce(World.Generation), new SomethingIsScheduled(world),
        new FoldGivesState(world), new ChainVerifies(), new SameDecision(world), new FindingsHoldForAWhile(world),
        new CommandsCountOnce(world), new OffWithinBound(world), new ExplanationIsTrue(world),
        new NothingForwardWhileFrozen(world), new NothingStaysShed(world),
    ];

    public int Number => number;

    /// <summary>A transition was written.</summary>
    public virtual void OnCommitted(Commit commit)
    {
    }

    /// <summary>An attempt is begun; what follows from it may come at any time.</summary>
    public virtual void OnBegun(Dispatch attempt)
    {
    }

    /// <summary>
    /// A call changed the outside; <paramref name="accepted"/> is the fence that was accepted before it.
    /// </summary>
    public virtual void OnArrived(Dispatch attempt, Fence? accepted)
    {
    }

    public virtual void OnEnd()
    {
    }

    protected void Require(bool holds, string otherwise)
    {
        if (!holds) throw new InvariantViolation(number, otherwise);
    }

    protected void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref Otherwise otherwise)
    {
        if (!holds) throw new InvariantViolation(number, otherwise.ToString());
    }
}

internal sealed class InvariantViolation(int number, string what) : Exception($"invariant {number}: {what}")
{
    public int Number => number;
}
