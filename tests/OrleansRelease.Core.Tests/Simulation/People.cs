using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Commands at random moments, repeated with the same key until an answer comes; help when the world is calm.
/// </summary>
internal sealed class People(World world)
{
    private const int Patience = 20;

    private static readonly ActorName Anna = ActorName.From("anna");

    private int _given;
    private bool _isBusy;

    /// <summary>Commands that were answered with yes.</summary>
    public HashSet<CommandId> Acknowledged { get; } = [];

    /// <summary>Whether an abort was among them.</summary>
    public bool Aborted { get; private set; }

    public void Plan()
    {
        _isBusy = world.Dice.Chance(0.6);
        var commands = _isBusy ? world.Dice.Between(1, 6) : 0;
        for (var i = 0; i < commands; i++)
        {
            world.Agenda.After(world.Dice.Seconds(0, 120), Anything);
        }
    }

    /// <summary>A new phase makes somebody act upon it.</summary>
    public void See(Phase phase)
    {
        // Few runs get as far as verifying, and it is soon over.
        var most = phase is Phase.Verifying ? 8 : phase is Phase.Paused ? 4 : 1;
        for (var i = 0; _isBusy && i < most; i++)
        {
            if (world.Dice.Chance(0.5)) world.Agenda.After(world.Dice.Seconds(0, 8), Anything);
        }
    }

    /// <summary>After the end as well: nothing may move then.</summary>
    public void AfterTheEnd()
    {
        for (var i = 0; i < 2; i++)
        {
            world.Agenda.After(world.Dice.Seconds(0, 20), Anything);
        }
    }

    /// <summary>What a person does about a rollout that waits for one.</summary>
    public void Help()
    {
        RolloutInput? command = world.Store.Row.State?.Stage switch
        {
            Stage.Held { Hold: { Person: not null, Evidence: null } } => new RolloutInput.Resume(Anna, null),
            Stage.Held { Hold.Evidence.GiveUpAt: null } => new RolloutInput.Abort(Anna, "no evidence"),
            Stage.Moving { Work: Work.Resting { Until: null } } => new RolloutInput.Promote(Anna, null),
            Stage.Moving { Work: Work.Gated or Work.Acting { GiveUpAt: null } } =>
                new RolloutInput.Abort(Anna, "enough"),
            Stage.Stuck => new RolloutInput.Retry(Anna, null),
            _ => null,
        };
        if (command is not null) Give(command);
    }

    private void Anything()
    {
        Ask(world.Dice.Between(0, 10) switch
        {
            0 => nameof(RolloutInput.Abort),
            1 or 2 => nameof(RolloutInput.Pause),
            3 or 4 => nameof(RolloutInput.Resume),
            5 or 6 => nameof(RolloutInput.Promote),
            7 or 8 => nameof(RolloutInput.Retry),
            _ => nameof(RolloutInput.Yield),
        });
        // A race: both are on their way at the same time.
        if (world.Dice.Chance(0.15)) Give(new RolloutInput.Abort(Anna, "race"));
    }

    /// <summary>Gives the command of this name; nobody can give what is none.</summary>
    public void Ask(string name)
    {
        RolloutInput? command = name switch
        {
            nameof(RolloutInput.Abort) => new RolloutInput.Abort(Anna, "changed my mind"),
            nameof(RolloutInput.Pause) => new RolloutInput.Pause(Anna, null),
            nameof(RolloutInput.Resume) => new RolloutInput.Resume(Anna, null),
            nameof(RolloutInput.Promote) => new RolloutInput.Promote(Anna, "hurry"),
            nameof(RolloutInput.Retry) => new RolloutInput.Retry(Anna, null),
            nameof(RolloutInput.Yield) =>
                new RolloutInput.Yield(new RolloutId(world.Id.Slot, world.Id.Number + 1)),
            _ => null,
        };
        if (command is not null) Give(command);
    }

    private void Give(RolloutInput input)
    {
        // The slot asks for a yield; it is no person's command and has no key.
        var command = input is RolloutInput.Yield ? null : new Command(CommandId.From($"key-{++_given}"), Anna);
        Send(input, command, Patience);
    }

    private void Send(RolloutInput input, Command? command, int patience)
    {
        if (patience == 0) return;
        if (Strikes(Faults.Lost))
        {
            world.Count(world.Store.Row, input, Faults.Lost);
            world.Agenda.After(TimeSpan.FromSeconds(3), () => Send(input, command, patience - 1));
            return;
        }

        var late = Strikes(Faults.Late);
        var delivery = new Delivery(input, command, late ? Faults.Late : Faults.None)
        {
            Reply = reply => Learn(input, command, patience, reply),
        };
        world.Agenda.After(late ? world.Dice.Seconds(1, 30) : TimeSpan.Zero, () => world.Deliver(delivery));
        if (Strikes(Faults.Doubled))
        {
            world.Agenda.After(
                world.Dice.Seconds(0, 8), () => world.Deliver(new(input, command, Faults.Doubled)));
        }
    }

    // Commands are few among the messages, so that they are tried harder.
    private bool Strikes(Faults fault) => world.Strikes(fault) || world.Strikes(fault) || world.Strikes(fault);

    private void Learn(RolloutInput input, Command? command, int patience, Reply reply)
    {
        if (reply == Reply.Silence)
            world.Agenda.After(TimeSpan.FromSeconds(3), () => Send(input, command, patience - 1));
        if (reply != Reply.Accepted || command is null) return;
        Acknowledged.Add(command.Id);
        Aborted |= input is RolloutInput.Abort;
    }
}
