using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 12: no command is applied twice, and none that was acknowledged is lost: after an abort nothing goes forward, nor
/// after its release has halted it, and nothing does while a person has paused it.
/// </summary>
internal sealed class CommandsCountOnce(IRolloutWorld world) : Invariant(12)
{
    private readonly CommandBook _book = new();
    private bool _isPaused;
    private bool _isOver;

    public override void OnCommitted(Commit commit)
    {
        var problem = _book.Problem(commit.Read.Command);
        Require(problem is null, problem ?? "");
        foreach (var happened in commit.Read.Events)
        {
            _isPaused = happened is RolloutEvent.PausedByPerson
                || (_isPaused && happened is not RolloutEvent.ResumedByPerson);
            _isOver |= happened is RolloutEvent.WentBack or RolloutEvent.Finished or RolloutEvent.Halted;
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
        var problem = _book.ProblemAtTheEnd(world.Acknowledged);
        Require(problem is null, problem ?? "");
        if (world.Aborted)
            Require(world.State!.Phase != Phase.Succeeded, "an abort was acknowledged and it succeeded");
    }
}
