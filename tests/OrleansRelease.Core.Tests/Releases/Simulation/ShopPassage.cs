using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// One release of a shop: the real rules through the real step, with a store that keeps what was written and a node
/// that crashes between writing and acting.
/// </summary>
internal sealed class ShopPassage
{
    private readonly Shop _shop;
    private readonly PassageDecider _decider;
    private readonly List<string> _log = [];
    private int _life;
    private int _commands;

    public ShopPassage(Shop shop, PassageId id, PassageSpec spec, PassageSpec told, int priority)
    {
        (_shop, Id, Spec, Priority) = (shop, id, spec, priority);
        _decider = new PassageDecider(told);
    }

    public PassageId Id { get; }

    /// <summary>What it is really to do, whatever its rules were told.</summary>
    public PassageSpec Spec { get; }

    public int Priority { get; }

    public Row<PassageState> Row { get; private set; } = Row<PassageState>.Empty;

    public PassageState? State => Row.State;

    public bool IsOver => State?.IsTerminal == true && !Row.Outbox.Any(entry => entry.IsPending);

    public IReadOnlyList<string> Log => _log;

    public void Begin() => Take(new PassageInput.Begin(
        Id, "sha256:shop", ActorName.From("anna"), Rank.Of(Id, _shop.Now, Priority)));

    /// <summary>What is due is looked at, and everything that it waits for is read again.</summary>
    public void Wake()
    {
        if (Row.NextWake > _shop.Now || Row.NextWake is null || State is null) return;
        if (State.Stage is PassageStage.Requiring)
            Take(new PassageInput.RequiredRead([]));
        else
            Take(new PassageInput.Heard([.. _shop.RolloutsOf(Id).Select(rollout => rollout.News)]));
        Take(new PassageInput.Tick());
    }

    public Refusal? Ask(PassageInput command) =>
        Take(command, new Command(CommandId.From($"key-{++_commands}"), ActorName.From("anna")));

    public Refusal? Take(PassageInput input, Command? command = null)
    {
        var result = _decider.Step(Row, input, command, epoch: 1, _shop.Now);
        if (result is StepResult<PassageState>.Refused refused) return refused.Refusal;
        if (result is not StepResult<PassageState>.Written written) return null;
        var before = Row;
        Row = written.Row;
        _log.Add(written.Transition);
        _shop.Committed(this, before, written);
        if (_shop.Faults(0.03))
        {
            // Written and never done: the outbox finds it when its time is over.
            _life++;
            // What comes back from the store is what was written there.
            Row = Vocabulary.Read<Row<PassageState>>(Vocabulary.Write(written.Row));
            return null;
        }

        foreach (var attempt in written.Attempts) Send(attempt);
        return null;
    }

    /// <summary>The log alone gives the same row, decided again and folded.</summary>
    public void Replay()
    {
        var (row, fold) = (Row<PassageState>.Empty, (PassageState?)null);
        foreach (var text in _log)
        {
            var read = Vocabulary.Read<Transition<PassageInput, PassageEvent>>(text);
            if (read.Previous != row.Head) _shop.Blame(10, $"#{read.Sequence} does not follow on {row.Head}");
            var again = _decider.Step(row, read.Input, read.Command, epoch: 1, read.At);
            if (again is not StepResult<PassageState>.Written written || written.Transition != text)
            {
                _shop.Blame(11, $"#{read.Sequence} is decided otherwise");
                return;
            }

            row = written.Row;
            foreach (var happened in read.Events) fold = _decider.Evolve(fold, happened, read.At);
        }

        if (Vocabulary.Write(fold) != Vocabulary.Write(Row.State)) _shop.Blame(9, "the fold is not the state");
    }

    private void Send(Dispatch attempt)
    {
        // Lost on the way there, or its answer on the way back; come twice, and late.
        var (isLost, life) = (_shop.Faults(0.1), _life);
        if (!isLost) _shop.Agenda.After(_shop.Lag(), () => _shop.Carry(attempt.Effect.Action));
        if (_shop.Faults(0.05)) _shop.Agenda.After(_shop.Dice.Seconds(1, 60), () => _shop.Carry(attempt.Effect.Action));
        if (isLost || _shop.Faults(0.05)) return;
        _shop.Agenda.After(_shop.Lag(), () =>
        {
            if (_life != life) return;
            Take(new PassageInput.OutcomeReported(
                new(attempt.Effect.Ordinal, attempt.Attempt, new Outcome.Applied())));
        });
    }
}
