using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// One durable thing of a shop: the real rules through the real step, with a store that keeps what was written and a
/// node that crashes between writing and acting.
/// </summary>
internal abstract class ShopThing<TState, TInput, TEvent>(
    Shop shop, IDecider<TState, TInput, TEvent> decider, Row<TState>? first = null)
    where TState : class
    where TInput : notnull
{
    private readonly Row<TState> _first = first ?? Row<TState>.Empty;
    private readonly List<Kept> _log = [];
    private int _life;
    private int _commands;

    public Row<TState> Row { get; private set; } = first ?? Row<TState>.Empty;

    public TState? State => Row.State;

    public IEnumerable<string> Log => _log.Select(kept => kept.Text);

    protected Shop Shop => shop;

    public Refusal? Ask(TInput input) =>
        Take(input, new Command(CommandId.From($"key-{++_commands}"), ActorName.From("anna")));

    public Refusal? Take(TInput input, Command? command = null)
    {
        var result = decider.Step(Row, input, command, epoch: 1, shop.Now);
        if (result is StepResult<TState>.Refused refused) return refused.Refusal;
        if (result is not StepResult<TState>.Written written)
        {
            Looked();
            return null;
        }

        var before = Row;
        Row = written.Row;
        _log.Add(new(written.Transition));
        Committed(before, written);
        if (shop.Faults(0.03))
        {
            // Written and never done: the outbox finds it when its time is over.
            _life++;
            shop.Tally.Add(Met.Crash);
            // What comes back from the store is what was written there.
            Row = Vocabulary.Read<Row<TState>>(Vocabulary.Write(written.Row));
            return null;
        }

        foreach (var attempt in written.Attempts) Send(attempt);
        Looked();
        return null;
    }

    /// <summary>The log alone gives the same row, decided again and folded.</summary>
    public void Replay()
    {
        var (row, fold) = (_first, _first.State);
        foreach (var kept in _log)
        {
            var (text, read) = (kept.Text, kept.Read);
            if (read.Previous != row.Head) shop.Blame(10, $"#{read.Sequence} does not follow on {row.Head}");
            var again = decider.Step(row, read.Input, read.Command, epoch: 1, read.At);
            if (again is not StepResult<TState>.Written written || written.Transition != text)
            {
                shop.Blame(11, $"#{read.Sequence} is decided otherwise");
                return;
            }

            row = written.Row;
            foreach (var happened in read.Events) fold = decider.Evolve(fold, happened, read.At);
        }

        if (Vocabulary.Write(fold) != Vocabulary.Write(Row.State)) shop.Blame(9, "the fold is not the state");
    }

    protected abstract void Committed(Row<TState> before, StepResult<TState>.Written written);

    /// <summary>What its shell does after every step.</summary>
    protected virtual void Looked()
    {
    }

    protected abstract Outcome Carry(Effect effect);

    /// <summary>What has happened in the newest step.</summary>
    public IReadOnlyCollection<TEvent> Happened => _log[^1].Read.Events;

    // Lost on the way there, or its answer on the way back; come twice, and late.
    private void Send(Dispatch attempt)
    {
        var (isLost, life) = (shop.Faults(0.1), _life);
        if (shop.Faults(0.05))
        {
            shop.Tally.Add(Met.Doubled);
            shop.Agenda.After(shop.Dice.Seconds(1, 60), () => Carry(attempt.Effect));
        }

        if (isLost)
        {
            shop.Tally.Add(Met.LostCall);
            return;
        }

        shop.Agenda.After(shop.Lag(), () =>
        {
            var outcome = Carry(attempt.Effect);
            if (shop.Faults(0.05))
            {
                shop.Tally.Add(Met.LostCall);
                return;
            }

            shop.Agenda.After(shop.Lag(), () =>
            {
                if (_life == life)
                    Take(decider.Reported(new(attempt.Effect.Ordinal, attempt.Attempt, outcome)));
            });
        });
    }

    /// <summary>A transition as it is stored, and as it is read back from that: once, because it takes long.</summary>
    private sealed class Kept(string text)
    {
        private Transition<TInput, TEvent>? _read;

        public string Text => text;

        public Transition<TInput, TEvent> Read => _read ??= Vocabulary.Read<Transition<TInput, TEvent>>(text);
    }
}
