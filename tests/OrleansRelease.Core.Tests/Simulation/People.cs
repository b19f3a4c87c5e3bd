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

    /// <summary>Commands that were answered with yes.</summary>
    public HashSet<CommandId> Acknowledged { get; } = [];

    /// <summary>Whether an abort was among them.</summary>
    public bool Aborted { get; private set; }

    public void Plan()
    {
        var commands = world.Dice.Chance(0.3) ? 0 : world.Dice.Between(1, 6);
        for (var i = 0; i < commands; i++)
        {
            world.Agenda.After(world.Dice.Seconds(0, 120), Anything);
        }
    }

    /// <summary>After the end as well: nothing may move then.</summary>
    public void AfterTheEnd()
    {
        for (var i = 0; i < 1; i++)
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
        RolloutInput input = world.Dice.Between(0, 9) switch
        {
            0 => new RolloutInput.Abort(Anna, "changed my mind"),
            1 or 2 => new RolloutInput.Pause(Anna, null),
            3 or 4 => new RolloutInput.Resume(Anna, null),
            5 or 6 => new RolloutInput.Promote(Anna, "hurry"),
            7 or 8 => new RolloutInput.Retry(Anna, null),
            _ => new RolloutInput.Yield(new RolloutId(world.Id.Slot, world.Id.Number + 1)),
        };
        Give(input);
        // A race: both are on their way at the same time.
        if (world.Dice.Chance(0.15)) Give(new RolloutInput.Abort(Anna, "race"));
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
        if (world.Strikes(Faults.Lost))
        {
            world.Count(world.Store.Row, input, Faults.Lost);
            world.Agenda.After(TimeSpan.FromSeconds(3), () => Send(input, command, patience - 1));
            return;
        }

        var late = world.Strikes(Faults.Late);
        var delivery = new Delivery(input, command, late ? Faults.Late : Faults.None)
        {
            Reply = reply => Learn(input, command, patience, reply),
        };
        world.Agenda.After(late ? world.Dice.Seconds(1, 30) : TimeSpan.Zero, () => world.Deliver(delivery));
        if (world.Strikes(Faults.Doubled))
        {
            world.Agenda.After(
                world.Dice.Seconds(0, 60), () => world.Deliver(new(input, command, Faults.Doubled)));
        }
    }

    private void Learn(RolloutInput input, Command? command, int patience, Reply reply)
    {
        if (reply == Reply.Silence)
            world.Agenda.After(TimeSpan.FromSeconds(3), () => Send(input, command, patience - 1));
        if (reply != Reply.Accepted || command is null) return;
        Acknowledged.Add(command.Id);
        Aborted |= input is RolloutInput.Abort;
    }
}
