using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Explaining;

/// <summary>
/// What each command would do now, asked of the very rules that will decide it: an explanation cannot disagree with
/// what happens next.
/// </summary>
internal static class Verbs
{
    private static readonly ActorName Nobody = ActorName.From("explain");

    private static readonly (string Name, RolloutInput Input)[] All =
    [
        ("abort", new RolloutInput.Abort(Nobody, null)),
        ("retry", new RolloutInput.Retry(Nobody, null)),
        ("promote", new RolloutInput.Promote(Nobody, null)),
        ("resume", new RolloutInput.Resume(Nobody, null)),
        ("pause", new RolloutInput.Pause(Nobody, null)),
    ];

    public static (ImmutableArray<Move> Accepted, ImmutableArray<RefusedMove> Refused) Ask(
        RolloutSpec spec, Row<RolloutState> row, RolloutState state, DateTimeOffset now)
    {
        var alone = Step(spec, row, new RolloutInput.Tick(), null, now) is StepResult<RolloutState>.Written ticked
            ? ticked.Row.State
            : state;
        var accepted = ImmutableArray.CreateBuilder<Move>();
        var refused = ImmutableArray.CreateBuilder<RefusedMove>();
        foreach (var (name, input) in All)
        {
            switch (Try(spec, row, input, alone, now))
            {
                case Refusal refusal:
                    refused.Add(new(name, refusal.Code, refusal.Reason));
                    break;
                case null:
                    accepted.Add(Move.ByYou(name, state.Id));
                    break;
            }
        }

        return (accepted.ToImmutable(), refused.ToImmutable());
    }

    // A command that is accepted and does nothing that time would not do alone (an abort of what already goes back) is
    // no way forward: left out of both lists.
    private static object? Try(
        RolloutSpec spec, Row<RolloutState> row, RolloutInput input, RolloutState? alone, DateTimeOffset now) =>
        Step(spec, row, input, new Command(CommandId.From("explain"), Nobody), now) switch
        {
            StepResult<RolloutState>.Refused refused => refused.Refusal,
            StepResult<RolloutState>.Written written when IsSame(written.Row.State, alone) => NothingChanges,
            StepResult<RolloutState>.Written => null,
            _ => NothingChanges,
        };

    private static StepResult<RolloutState> Step(
        RolloutSpec spec, Row<RolloutState> row, RolloutInput input, Command? command, DateTimeOffset now) =>
        new RolloutDecider(spec).Step(row, input, command, epoch: 0, now);

    // By content, which records that hold arrays do not compare.
    private static bool IsSame(RolloutState? one, RolloutState? other) =>
        Vocabulary.Write(one) == Vocabulary.Write(other);

    private static readonly object NothingChanges = new();
}
