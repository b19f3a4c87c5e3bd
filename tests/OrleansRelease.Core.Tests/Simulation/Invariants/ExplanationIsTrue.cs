using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 8, for people: what an explanation names as a way forward, done, moves the rollout; what it calls refused is
/// refused for the reason that it gives; and while it is not over there is always something that moves it.
/// </summary>
internal sealed class ExplanationIsTrue(World world) : Invariant(8)
{
    /// <summary>Asking costs ten decisions, so not every world asks.</summary>
    private const int OneWorldIn = 8;

    private static readonly ActorName Anna = ActorName.From("anna");

    private static readonly Dictionary<string, RolloutInput> Commands = new()
    {
        ["abort"] = new RolloutInput.Abort(Anna, "as explained"),
        ["retry"] = new RolloutInput.Retry(Anna, "as explained"),
        ["promote"] = new RolloutInput.Promote(Anna, "as explained"),
        ["resume"] = new RolloutInput.Resume(Anna, "as explained"),
        ["pause"] = new RolloutInput.Pause(Anna, "as explained"),
    };

    private int _asked;

    public override void OnCommitted(Commit commit)
    {
        if (world.Seed % OneWorldIn != 0) return;
        var explained = Explain.Of(world.Spec, commit.After, commit.Now);
        foreach (var move in explained.Moves.Where(move => move.By == MovedBy.You))
        {
            Require(Do(commit, move.What) is StepResult<RolloutState>.Written,
                $"{move.What} is named as a way forward and does not move {commit.State.Stage}");
        }

        foreach (var refused in explained.Refused)
        {
            Require(
                Do(commit, refused.What) is StepResult<RolloutState>.Refused { Refusal.Code: var code }
                    && code == refused.Code,
                $"{refused.What} is called refused ({refused.Code}) and is not, in {commit.State.Stage}");
        }

        Require(
            commit.State.IsTerminal || explained.Moves.Length > 0,
            $"nothing is said to move {commit.State.Stage}");
    }

    private StepResult<RolloutState> Do(Commit commit, string what)
    {
        var command = new Command(CommandId.From($"explained-{++_asked}"), Anna);
        return world.Decider.Step(commit.After, Commands[what], command, World.Epoch, commit.Now);
    }
}
