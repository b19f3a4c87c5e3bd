using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Durability;

/// <summary>
/// The one way in which any durable thing moves: (row, input, time) gives the next row with its transition, a refusal,
/// or nothing. Grains, the simulation and the replay of the log all call this.
/// </summary>
public static class Stepping
{
    /// <summary>The answer to a command whose id another body was sent with before.</summary>
    public static readonly Refusal KeyReused = new(
        RefusalCodes.KeyReused, "this idempotency key was used before with another body",
        "the same body, or a new key");

    public static StepResult<TState> Step<TState, TInput, TEvent>(
        this IDecider<TState, TInput, TEvent> decider,
        Row<TState> row, TInput input, Command? command, int epoch, DateTimeOffset now)
        where TState : class
        where TInput : notnull
    {
        now = Later(now, row.At);
        var bodyHash = command is null
            ? ""
            : TransitionHash.Of((input as IStatesBody)?.Body ?? Vocabulary.Write(input));
        if (command is not null && Repeated<TState>(row.Commands, command, bodyHash) is { } repeated) return repeated;

        var outbox = input switch
        {
            IReportsOutcome one => Settling.Report(row.Outbox, one.Report, now),
            IReportsOutcomes several => several.Reports.Aggregate(
                row.Outbox, (all, report) => Settling.Report(all, report, now)),
            _ => row.Outbox,
        };
        outbox = Settling.Lose(outbox, now);
        var hasEpochRisen = row.State is not null && epoch > row.Epoch;
        if (hasEpochRisen) outbox = Settling.Doubt(outbox);

        var moment = new Moment(now, outbox, NewlySettled(row.Outbox, outbox), row.NextOrdinal, row.Sequence + 1)
        {
            Epoch = epoch,
            HasEpochRisen = hasEpochRisen,
        };
        return decider.Decide(row.State, input, moment) switch
        {
            Decision<TEvent>.Refused refused => new StepResult<TState>.Refused(refused.Refusal),
            Decision<TEvent>.Accepted accepted =>
                Take(decider, row, outbox, accepted, input, command, bodyHash, epoch, now),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static StepResult<TState> Take<TState, TInput, TEvent>(
        IDecider<TState, TInput, TEvent> decider, Row<TState> row, ImmutableArray<OutboxEntry> outbox,
        Decision<TEvent>.Accepted accepted, TInput input, Command? command, string bodyHash, int epoch,
        DateTimeOffset now)
        where TState : class
    {
        var state = accepted.Events.Aggregate(row.State, (s, happened) => decider.Evolve(s, happened, now));
        outbox = Abandon(outbox, accepted.Abandoned);
        if (state is not null)
            outbox = Settling.ClaimDue(outbox, effect => decider.MayAttempt(state, effect, now), now);
        // A command is written even where it changes nothing: repeated later, it must not be carried out then.
        if (accepted.Events.IsEmpty && accepted.Effects.IsEmpty && outbox == row.Outbox
            && (command is null || state is null))
        {
            return new StepResult<TState>.Unchanged(accepted.Answer);
        }

        if (state is null)
            throw new InvalidOperationException($"the first transition of a {decider.Kind} must create its state");
        return Write(decider, row, state, outbox, accepted, input, command, bodyHash, epoch, now);
    }

    private static StepResult<TState>.Written Write<TState, TInput, TEvent>(
        IDecider<TState, TInput, TEvent> decider, Row<TState> row, TState state, ImmutableArray<OutboxEntry> outbox,
        Decision<TEvent>.Accepted accepted, TInput input, Command? command, string bodyHash, int epoch,
        DateTimeOffset now)
        where TState : class
    {
        var facts = decider.Describe(state) with { Rings = accepted.Rings };
        var effects = Number(accepted.Effects, row.NextOrdinal, epoch, facts.Generation);
        outbox = Prune(outbox, decider.KeepsEffects)
            .AddRange(effects.Select((e, i) => Settling.Open(e, accepted.Effects[i].NotBefore, now)));
        var attempts = NewAttempts(row.Outbox, outbox, now);
        var nextWake = Earliest(decider.NextWake(state), outbox);

        var transition = Vocabulary.Write(new Transition<TInput, TEvent>(
            row.Sequence + 1, row.Head, now, decider.Version, epoch, facts.SpecHash, command, input,
            accepted.Events, effects, attempts, nextWake));
        var commands = command is null
            ? row.Commands
            : Remember(row.Commands, new(command.Id, bodyHash, accepted.Answer, row.Sequence + 1));
        var next = new Row<TState>(
            row.Schema, row.Sequence + 1, TransitionHash.Of(transition), now, state,
            row.NextOrdinal + effects.Length, outbox, commands, nextWake)
        {
            Epoch = Math.Max(row.Epoch, epoch),
        };
        return new(next, facts, transition, attempts, accepted.Answer);
    }

    private static StepResult<TState>? Repeated<TState>(
        ImmutableArray<AnsweredCommand> answered, Command command, string bodyHash)
        where TState : class
    {
        var before = answered.FirstOrDefault(a => a.Id == command.Id);
        if (before is null) return null;
        return before.BodyHash == bodyHash
            ? new StepResult<TState>.Unchanged(before.Answer)
            : new StepResult<TState>.Refused(KeyReused);
    }

    private static ImmutableArray<AnsweredCommand> Remember(
        ImmutableArray<AnsweredCommand> answered, AnsweredCommand answer) =>
        answered.Length < RowLimits.RememberedCommands ? answered.Add(answer) : answered.RemoveAt(0).Add(answer);

    private static ImmutableArray<Effect> Number(
        ImmutableArray<Intent> intents, int firstOrdinal, int epoch, int generation) =>
        [.. intents.Select((intent, i) => new Effect(
            firstOrdinal + i, new Fence(epoch, generation, firstOrdinal + i),
            intent.Direction, intent.Action, intent.Limits))];

    private static ImmutableArray<OutboxEntry> NewlySettled(
        ImmutableArray<OutboxEntry> before, ImmutableArray<OutboxEntry> after) =>
        before == after
            ? []
            : [.. after.Where((entry, i) => !entry.IsPending && before[i].IsPending)];

    private static ImmutableArray<OutboxEntry> Abandon(
        ImmutableArray<OutboxEntry> outbox, ImmutableArray<int> ordinals) =>
        ordinals.IsEmpty
            ? outbox
            : [.. outbox.Select(entry => entry.IsPending && ordinals.Contains(entry.Effect.Ordinal)
                ? entry with
                {
                    Status = entry.MayHaveHappened ? EffectStatus.Unknown : EffectStatus.NotApplied,
                    Running = false,
                    Note = "abandoned: nobody waits for it any longer",
                }
                : entry)];

    // What was only told to another part of the system is of no further use once it has settled; of the settled
    // effects of one sort the newest say all that the older ones did. Only of those that may have happened, though:
    // what did not, however often, says nothing of what did, and that is what a way back is made from.
    private static ImmutableArray<OutboxEntry> Prune(ImmutableArray<OutboxEntry> outbox, bool keepsEffects) =>
        [.. outbox.Where((entry, i) => entry.IsPending
            || (keepsEffects && entry.Effect.Action.IsOutside
                && outbox.Skip(i + 1).Count(later => SaysAsMuch(later, entry)) < RowLimits.KeptEffectsOfASort))];

    private static bool SaysAsMuch(OutboxEntry later, OutboxEntry entry) =>
        later.Effect.Direction == entry.Effect.Direction
        && later.Effect.Action.GetType() == entry.Effect.Action.GetType()
        && (later.Effect.Action as EffectAction.RunHook)?.Hook == (entry.Effect.Action as EffectAction.RunHook)?.Hook
        && IsShedding(later) == IsShedding(entry)
        && (later.MayHaveHappened || !entry.MayHaveHappened);

    // What lifts it says nothing of what was shed, as long as it has not arrived.
    private static bool IsShedding(OutboxEntry entry) => entry.Effect.Action is EffectAction.SetTraffic
    {
        Shedding: not null,
    };

    private static ImmutableArray<Dispatch> NewAttempts(
        ImmutableArray<OutboxEntry> before, ImmutableArray<OutboxEntry> after, DateTimeOffset now) =>
        [.. after
            .Where(entry => entry.Running && !before.Any(b =>
                b.Effect.Ordinal == entry.Effect.Ordinal && b.Attempt == entry.Attempt && b.Running))
            .Select(entry => new Dispatch(entry.Effect, entry.Attempt, now))];

    /// <summary>When a row is looked at: when something wakes it, or a pending effect is due.</summary>
    internal static DateTimeOffset? Earliest(DateTimeOffset? wake, ImmutableArray<OutboxEntry> outbox) =>
        outbox.Where(entry => entry.IsPending).Select(entry => (DateTimeOffset?)entry.DueAt).Append(wake).Min();

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
