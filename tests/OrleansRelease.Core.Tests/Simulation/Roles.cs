using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>The slot and the environment, played simply: they repeat what they have to say until it is heard.</summary>
internal sealed class Roles(World world)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    private bool _asked;
    private bool _granted;

    /// <summary>Whether the environment believes that the rollout moves.</summary>
    public bool HoldsPermit { get; private set; }

    public bool HasReturned { get; private set; }

    public bool? EndedWell { get; private set; }

    public void Begin() => Repeat(Begun());

    /// <summary>
    /// Now and then one of them was away meanwhile, cannot know that it was heard, and says it again.
    /// </summary>
    public void SayAgain()
    {
        if (world.Dice.Chance(0.2)) world.Agenda.After(world.Dice.Seconds(0, 8), () => Repeat(Begun()));
        if (_granted && world.Dice.Chance(0.2))
            world.Agenda.After(world.Dice.Seconds(0, 8), () => Repeat(new RolloutInput.PermitGranted()));
    }

    /// <summary>Says at once, once more, what it has said before.</summary>
    public void SayNow(string input)
    {
        if (input == nameof(RolloutInput.Begin)) Repeat(Begun());
        else if (_granted) Repeat(new RolloutInput.PermitGranted());
    }

    private RolloutInput.Begin Begun() => new(
        world.Id, World.Generation, world.Outside.Baseline, world.Outside.Candidate, World.SpecHash,
        ActorName.From("pipeline"), world.Outside.Baseline is null ? null : World.BaselineSpecHash);

    /// <summary>A neutral effect: one fact that the rollout tells another part of the system.</summary>
    public void Tell(Dispatch attempt)
    {
        var life = world.Life;
        world.Agenda.After(world.Dice.Seconds(0.005, 0.1), () =>
        {
            if (world.Life != life) return;
            if (world.Strikes(Faults.NotApplied) || world.Lean.TellsInVain(attempt, isHeard: false))
            {
                Answer(attempt, new Outcome.NotApplied("busy"), Faults.NotApplied);
                return;
            }

            Hear(attempt.Effect.Action);
            if (world.Strikes(Faults.Lost) || world.Lean.TellsInVain(attempt, isHeard: true))
            {
                world.Count(world.Store.Row, world.Decider.Reported(new(0, 0, new Outcome.Applied())), Faults.Lost);
                return;
            }

            Answer(attempt, new Outcome.Applied(), Faults.None);
        });
    }

    private void Answer(Dispatch attempt, Outcome outcome, Faults faults) => world.Deliver(new(
        world.Decider.Reported(new(attempt.Effect.Ordinal, attempt.Attempt, outcome)), null, faults));

    private void Hear(EffectAction action)
    {
        switch (action)
        {
            case EffectAction.RequestPermit when !HasReturned:
                HoldsPermit = true;
                if (_asked) break;
                _asked = true;
                world.Agenda.After(world.Dice.Seconds(0, 10), () =>
                {
                    _granted = true;
                    Repeat(new RolloutInput.PermitGranted());
                });
                break;
            case EffectAction.ReturnPermit:
                HoldsPermit = false;
                HasReturned = true;
                break;
            case EffectAction.ReportEnd end:
                EndedWell = end.Succeeded;
                break;
            default:
                break;
        }
    }

    private void Repeat(RolloutInput input)
    {
        if (world.Strikes(Faults.Lost))
        {
            world.Count(world.Store.Row, input, Faults.Lost);
            world.Agenda.After(Again, () => Repeat(input));
            return;
        }

        if (world.Strikes(Faults.Doubled))
            world.Lean.Later(0, 60, () => world.Deliver(new(input, null, Faults.Doubled)));
        if (world.Strikes(Faults.Late))
        {
            world.Lean.Later(1, 60, () => world.Deliver(new(input, null, Faults.Late)
            {
                Reply = reply => RepeatWhenUnheard(input, reply),
            }));
            return;
        }

        world.Deliver(new(input) { Reply = reply => RepeatWhenUnheard(input, reply) });
    }

    private void RepeatWhenUnheard(RolloutInput input, Reply reply)
    {
        if (reply == Reply.Silence) world.Agenda.After(Again, () => Repeat(input));
    }
}
