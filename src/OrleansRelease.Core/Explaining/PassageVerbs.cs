using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Explaining;

/// <summary>What each command would do to a passage now, asked of the very rules that will decide it.</summary>
internal static class PassageVerbs
{
    private static readonly ActorName Nobody = ActorName.From("explain");

    private static readonly Command Asked = new(CommandId.From("explain"), Nobody);

    public static (ImmutableArray<Move> Accepted, ImmutableArray<RefusedMove> Refused) Ask(
        PassageSpec spec, Row<PassageState> row, PassageState state, DateTimeOffset now)
    {
        var decider = new PassageDecider(spec);
        var accepted = ImmutableArray.CreateBuilder<Move>();
        var refused = ImmutableArray.CreateBuilder<RefusedMove>();
        var alone = Vocabulary.Write(
            decider.Step(row, new PassageInput.Tick(), null, epoch: 0, now)
                is StepResult<PassageState>.Written ticked
                ? ticked.Row.State
                : state);
        foreach (var (name, input, more) in Commands(state))
        {
            switch (decider.Step(row, input, Asked, epoch: 0, now))
            {
                case StepResult<PassageState>.Refused no:
                    refused.Add(new(name, no.Refusal.Code, no.Refusal.Reason));
                    break;
                // What does nothing that time would not do alone is no way forward.
                case StepResult<PassageState>.Written written when Vocabulary.Write(written.Row.State) != alone:
                    accepted.Add(new(
                        MovedBy.You, name,
                        Command: $"orel release {name} {state.Id.Release} -e {state.Id.Environment}{more}"));
                    break;
                default:
                    break;
            }
        }

        return (accepted.ToImmutable(), refused.ToImmutable());
    }

    // There are too many services to say of each that it is not to be left.
    private static IEnumerable<(string Name, PassageInput Input, string More)> Commands(PassageState state) =>
    [
        ("abort", new PassageInput.Abort(Nobody, null), ""),
        ("retry", new PassageInput.Retry(Nobody, null), ""),
        .. state.ForAPerson.Take(10).Select(part => (
            "leave", (PassageInput)new PassageInput.Leave(part.Service, Nobody, null), $" -s {part.Service}")),
        ("resume", new PassageInput.Resume(Nobody, null), ""),
        ("pause", new PassageInput.Pause(Nobody, null), ""),
    ];
}
