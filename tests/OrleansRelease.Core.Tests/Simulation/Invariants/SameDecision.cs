using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>11: the log alone, decided again, gives the same log: same input and time, same decision.</summary>
internal sealed class SameDecision(World world) : Invariant(11)
{
    private Row<RolloutState> _row = Row<RolloutState>.Empty;

    public override void OnCommitted(Commit commit)
    {
        var read = commit.Read;
        var result = world.Tamper.Step(world.Decider, _row, read.Input, read.Command, read.At);
        var again = result as StepResult<RolloutState>.Written;
        Require(again is not null, $"#{read.Sequence} would not be decided again");
        Require(again!.Transition == commit.Text, $"#{read.Sequence} is decided otherwise: {again.Transition}");
        _row = again.Row;
    }
}
