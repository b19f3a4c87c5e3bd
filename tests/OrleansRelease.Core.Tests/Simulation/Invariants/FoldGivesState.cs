using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>9: evolve over the logged events gives the stored state.</summary>
internal sealed class FoldGivesState(World world) : Invariant(9)
{
    private readonly RolloutDecider _decider = new(world.Spec);
    private RolloutState? _fold;

    public override void OnCommitted(Commit commit)
    {
        foreach (var happened in commit.Read.Events) _fold = _decider.Evolve(_fold, happened, commit.Read.At);
        Require(SameState.Holds(_fold!, commit.State), $"#{commit.After.Sequence} {_fold} is not {commit.State}");
    }

    public override void OnEnd()
    {
        if (_fold is null) return;
        var stored = Vocabulary.Write(world.Store.Row.State!);
        Require(Vocabulary.Write(_fold) == stored, "the fold of the log is not the stored state");
        var read = Vocabulary.Read<RolloutState>(stored);
        Require(Vocabulary.Write(read) == stored, "the state does not survive its text");
    }
}
