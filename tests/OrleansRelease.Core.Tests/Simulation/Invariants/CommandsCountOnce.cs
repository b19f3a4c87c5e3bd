using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 12: no command is applied twice, and none that was acknowledged is lost: after an abort nothing goes forward, and
/// nothing does while a person has paused it.
/// </summary>
internal sealed class CommandsCountOnce(World world) : Invariant(12)
{
    private readonly HashSet<CommandId> _applied = [];
    private bool _isPaused;
    private bool _isOver;

    public override void OnCommitted(Commit commit)
    {
        if (commit.Read.Command is { } command)
            Require(_applied.Add(command.Id), $"{command.Id} was applied twice");
        foreach (var happened in commit.Read.Events)
        {
            _isPaused = happened is RolloutEvent.PausedByPerson
                || (_isPaused && happened is not RolloutEvent.ResumedByPerson);
            _isOver |= happened is RolloutEvent.WentBack or RolloutEvent.Finished;
        }

        if (commit.Read.Input is RolloutInput.Abort or RolloutInput.Yield)
            Require(_isOver, $"{commit.Read.Input} was accepted, and it goes on");
        foreach (var attempt in commit.Read.Attempts.Where(a => a.Effect.Direction == Direction.Forward))
        {
            Require(!_isOver, $"{attempt.Effect.Action} after it had been stopped");
            Require(!_isPaused, $"{attempt.Effect.Action} while a person had paused it");
            Require(commit.State.Stage is not Stage.Held, $"{attempt.Effect.Action} while it was held");
        }
    }

    public override void OnEnd()
    {
        var state = world.Store.Row.State!;
        foreach (var id in world.People.Acknowledged)
            Require(_applied.Contains(id), $"{id} was acknowledged and is not on record");

        if (world.People.Aborted) Require(state.Phase != Phase.Succeeded, "an abort was acknowledged and it succeeded");
    }
}
