using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Tests.Simulation.Invariants;

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
    private readonly List<CommandId> _acknowledged = [];
    private int _life;
    private int _commands;

    public Row<TState> Row { get; private set; } = first ?? Row<TState>.Empty;

    public TState? State => Row.State;

    public IEnumerable<string> Log => _log.Select(kept => kept.Text);

    /// <summary>When something failed that is this one's, and until when that may have lasted.</summary>
    public List<(DateTimeOffset At, DateTimeOffset Until)> Disturbances { get; } = [];

    /// <summary>Commands that were answered with yes.</summary>
    public IReadOnlyCollection<CommandId> Acknowledged => _acknowledged;

    protected Shop Shop => shop;

    protected IDecider<TState, TInput, TEvent> Decider => decider;

    /// <summary>Somebody asks for something, and now and then once more with the same key, as if unheard.</summary>
    public Refusal? Ask(TInput input)
    {
        var command = new Command(CommandId.From($"key-{++_commands}"), ActorName.From("anna"));
        if (shop.People.Chance(0.3)) shop.Agenda.After(shop.People.Seconds(1, 40), () => Send());
        return Send();

        Refusal? Send()
        {
            var refusal = Take(input, command);
            if (refusal is null) _acknowledged.Add(command.Id);
            return refusal;
        }
    }

    public Refusal? Take(TInput input, Command? command = null)
    {
        var result = Step(Row, input, command, shop.Epoch, shop.Now);
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
            Disturbances.Add((shop.Now, shop.Now));
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
        var (effects, commands) = (new EffectBook(), new CommandBook());
        foreach (var kept in _log)
        {
            var (text, read) = (kept.Text, kept.Read);
            if (read.Previous != row.Head) shop.Blame(10, $"#{read.Sequence} does not follow on {row.Head}");
            foreach (var problem in effects.Problems(read, read.At)) shop.Blame(7, $"{decider.Kind}: {problem}");
            if (commands.Problem(read.Command) is { } twice) shop.Blame(12, $"{decider.Kind}: {twice}");
            Reread(read);
            var again = Step(row, read.Input, read.Command, read.Epoch, read.At);
            if (again is not StepResult<TState>.Written written || written.Transition != text)
            {
                shop.Blame(11, $"#{read.Sequence} is decided otherwise");
                return;
            }

            row = written.Row;
            foreach (var happened in read.Events) fold = decider.Evolve(fold, happened, read.At);
        }

        if (commands.ProblemAtTheEnd(_acknowledged) is { } lost) shop.Blame(12, $"{decider.Kind}: {lost}");
        if (Vocabulary.Write(fold) != Vocabulary.Write(Row.State)) shop.Blame(9, "the fold is not the state");
    }

    /// <summary>How it is now; what this returns puts it back to that, and loses all that came since.</summary>
    /// <param name="isWoken">Whether a restore wakes it.</param>
    public Action Backup(Func<TState, bool> isWoken)
    {
        var (row, length, acknowledged) = (Row, _log.Count, _acknowledged.Count);
        return () =>
        {
            _life++;
            Row = row.State is { } state && isWoken(state) ? row with { NextWake = shop.Now } : row;
            _log.RemoveRange(length, _log.Count - length);
            _acknowledged.RemoveRange(acknowledged, _acknowledged.Count - acknowledged);
            Restarted();
        };
    }

    /// <summary>Nothing is being asked any more.</summary>
    protected virtual void Restarted()
    {
    }

    protected abstract void Committed(Row<TState> before, StepResult<TState>.Written written);

    protected virtual StepResult<TState> Step(
        Row<TState> row, TInput input, Command? command, int epoch, DateTimeOffset now) =>
        decider.Step(row, input, command, epoch, now);

    /// <summary>One transition after the other, when all is over.</summary>
    protected virtual void Reread(Transition<TInput, TEvent> read)
    {
    }

    /// <summary>What its shell does after every step.</summary>
    protected virtual void Looked()
    {
    }

    protected abstract Outcome Carry(Dispatch attempt);

    /// <summary>What has happened in the newest step.</summary>
    public IReadOnlyCollection<TEvent> Happened => Newest.Events;

    protected Transition<TInput, TEvent> Newest => _log[^1].Read;

    // Lost on the way there, or its answer on the way back; come twice, and late.
    private void Send(Dispatch attempt)
    {
        var (isLost, life) = (shop.Faults(0.1), _life);
        if (shop.Faults(0.05))
        {
            shop.Tally.Add(Met.Doubled);
            shop.Agenda.After(shop.Dice.Seconds(1, 60), () => Carry(attempt));
        }

        if (isLost)
        {
            Lose();
            return;
        }

        shop.Agenda.After(shop.Lag(Disturbances), () =>
        {
            var outcome = Carry(attempt);
            if (shop.Faults(0.05))
            {
                Lose();
                return;
            }

            shop.Agenda.After(shop.Lag(Disturbances), () =>
            {
                if (_life == life)
                    Take(decider.Reported(new(attempt.Effect.Ordinal, attempt.Attempt, outcome)));
            });
        });
    }

    private void Lose()
    {
        Disturbances.Add((shop.Now, shop.Now));
        shop.Tally.Add(Met.LostCall);
    }

    /// <summary>A transition as it is stored, and as it is read back from that: once, because it takes long.</summary>
    private sealed class Kept(string text)
    {
        private Transition<TInput, TEvent>? _read;

        public string Text => text;

        public Transition<TInput, TEvent> Read => _read ??= Vocabulary.Read<Transition<TInput, TEvent>>(text);
    }
}
