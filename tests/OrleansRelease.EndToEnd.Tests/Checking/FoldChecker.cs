using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>A row as it is stored, and the words of its decisions in their order.</summary>
internal sealed record StoredRow(string Kind, string Key, string Payload)
{
    public IReadOnlyList<string> Transitions { get; init; } = [];
}

/// <summary>What happened to a rollout or a slot, by its record alone, gives the state that is stored of it.</summary>
internal sealed class FoldChecker(IReadOnlyList<StoredRow> rows, IReadOnlyDictionary<string, string> specs)
{
    public IReadOnlyList<string> Problems() => [.. rows.Select(Problem).OfType<string>()];

    private string? Problem(StoredRow row) => row.Kind switch
    {
        "slot" => Fold(new SlotDecider(), row),
        "rollout" => SpecOf(row) is { } spec
            ? Fold(new RolloutDecider(spec), row)
            : $"the specification of rollout {row.Key} is not in the store",
        _ => throw new ArgumentException($"nobody can fold a {row.Kind} here"),
    };

    private RolloutSpec? SpecOf(StoredRow row) =>
        Vocabulary.Read<Row<RolloutState>>(row.Payload).State is { } state
        && specs.GetValueOrDefault(state.SpecHash) is { } text
            ? Vocabulary.Read<RolloutSpec>(text)
            : null;

    private static string? Fold<TState, TInput, TEvent>(IDecider<TState, TInput, TEvent> decider, StoredRow row)
        where TState : class
        where TInput : notnull
    {
        var stored = Vocabulary.Read<Row<TState>>(row.Payload);
        TState? state = null;
        // The row was read before its record, which may have gone on.
        foreach (var text in row.Transitions.Take((int)stored.Sequence))
        {
            var transition = Vocabulary.Read<Transition<TInput, TEvent>>(text);
            state = transition.Events.Aggregate(state, (s, happened) => decider.Evolve(s, happened, transition.At));
        }

        var (told, kept) = (Vocabulary.Write(state), Vocabulary.Write(stored.State));
        return told == kept ? null : $"the record of {row.Kind} {row.Key} gives {told}, and stored is {kept}";
    }
}
