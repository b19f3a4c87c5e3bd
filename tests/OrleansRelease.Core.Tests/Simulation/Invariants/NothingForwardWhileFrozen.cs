using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 14: no forward effect is begun in a frozen environment, but for the two seconds in which the word of it gets about.
/// </summary>
internal sealed class NothingForwardWhileFrozen(World world) : Invariant(14)
{
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(2);

    public override void OnBegun(Dispatch attempt)
    {
        if (attempt.Effect.Direction != Direction.Forward) return;
        Require(
            world.Freezes.At(world.Now) is not { } freeze || world.Now <= freeze.Since + Allowance,
            $"{attempt.Effect.Action} was begun while frozen");
    }
}
