using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 8, for people: what an explanation names as a way forward, done, does what time alone would not, and it leaves none
/// out; what it calls refused is refused for the reason that it gives; a way back that it announces comes then; and
/// while it is not over there is always something that moves it.
/// </summary>
internal sealed class ExplanationIsTrue(World world) : Invariant(8)
{
    /// <summary>Asking costs ten decisions, so not every world asks.</summary>
    public const int OneWorldIn = 20;

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
        Check(commit.After, commit.Now);
        // When something has come due, what time does by itself is easily taken for what a command does.
        if (commit.After.NextWake is { } wake) Check(commit.After, wake.AddMilliseconds(1));
    }

    private void Check(Row<RolloutState> row, DateTimeOffset now)
    {
        var (stage, explained) = (row.State!.Stage, Explain.Of(world.Spec, row, now));
        var alone = After(row, world.Decider.Step(row, new RolloutInput.Tick(), null, World.Epoch, now));
        foreach (var (what, input) in Commands)
        {
            var result = Do(row, input, now);
            var code = (result as StepResult<RolloutState>.Refused)?.Refusal.Code;
            var called = explained.Refused.SingleOrDefault(refused => refused.What == what)?.Code;
            Require(called == code, $"{what} is called {called ?? "not refused"} and is {code ?? "not"}, in {stage}");
            var moves = code is null && !SameState.Holds(After(row, result), alone);
            var named = explained.Moves.Any(move => move.By == MovedBy.You && move.What == what);
            Require(
                named == moves,
                $"{what} is {(named ? "" : "not ")}named as a way forward and {(moves ? "is" : "is not")}: {stage}");
        }

        foreach (var move in explained.Moves.Where(move => move is { What: "rolls back", At: not null }))
        {
            var then = After(row, world.Decider.Step(row, new RolloutInput.Tick(), null, World.Epoch, move.At!.Value));
            Require(
                then.Stage is Stage.GoingBack or Stage.Ended,
                $"it was to roll back at {move.At} and is in {then.Stage}");
        }

        Require(
            row.State.IsTerminal || explained.Moves.Length > 0,
            $"nothing is said to move {stage}");
    }

    private StepResult<RolloutState> Do(Row<RolloutState> row, RolloutInput input, DateTimeOffset now)
    {
        var command = new Command(CommandId.From($"explained-{++_asked}"), Anna);
        return world.Decider.Step(row, input, command, World.Epoch, now);
    }

    private static RolloutState After(Row<RolloutState> row, StepResult<RolloutState> result) =>
        result is StepResult<RolloutState>.Written written ? written.Row.State! : row.State!;
}
