using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Makes the attempts that were claimed. Calls to adapters arrive, hang, come late or not at all; the adapters are
/// honest: what they do not know they call unknown.
/// </summary>
internal sealed class Runner(World world)
{
    private readonly List<Dispatch> _underWay = [];

    /// <summary>
    /// Every attempt that was sent and of which its adapter did not say at once that it was nothing: any of them may
    /// arrive, once more, at any later moment.
    /// </summary>
    public IReadOnlyList<Dispatch> MayArrive => _underWay;

    public void Make(Dispatch attempt)
    {
        if (!attempt.Effect.Action.IsOutside)
        {
            world.Roles.Tell(attempt);
            return;
        }

        world.Lean.UnderWay(nameof(RolloutInput.OutcomeReported));
        var (least, most) = world.Strikes(Faults.TooOld) ? (5, 25) : (0, 0.05);
        var life = world.Life;
        world.Lean.Later(least, most, () =>
        {
            if (world.Life == life) Call(attempt);
        });
    }

    /// <summary>The call of some earlier attempt arrives, again or at last. Nobody waits for its answer.</summary>
    public void Redeliver(Dispatch attempt) => Arrive(attempt, world.Now);

    /// <summary>What would be done if the call arrived now.</summary>
    public bool WouldAct(Dispatch attempt) =>
        !IsTooLate(attempt) && GatekeeperOf(attempt.Effect).WouldAct(attempt.Effect.Fence);

    private void Call(Dispatch attempt)
    {
        var effect = attempt.Effect;
        if (effect.Direction == Direction.Forward && world.Now - attempt.ClaimedAt > Deadlines.ForwardMaxAge)
        {
            Report(attempt, new Outcome.NotApplied("it had waited too long"), TimeSpan.Zero, Faults.TooOld);
            return;
        }

        if (effect.Direction == Direction.Forward && world.Tamper.Forbidden(world.Freezes, world.Now) is { } why)
        {
            Report(attempt, new Outcome.NotBegun(why), TimeSpan.Zero, Faults.None);
            return;
        }

        world.Begun(attempt);
        if (world.Strikes(Faults.Refuses))
        {
            Report(attempt, new Outcome.Refused("not allowed"), world.Dice.Seconds(0.01, 1), Faults.Refuses);
            return;
        }

        if (world.Strikes(Faults.NotApplied))
        {
            Report(attempt, new Outcome.NotApplied("try again"), world.Dice.Seconds(0.01, 1), Faults.NotApplied);
            return;
        }

        _underWay.Add(attempt);
        if (world.Strikes(Faults.TakenOver)) world.TakeOver();
        if (world.Strikes(Faults.Hangs))
        {
            // Whether a call that hangs has arrived is what nobody knows.
            if (world.Dice.Chance(0.5)) world.Agenda.After(world.Dice.Seconds(0, 20), () => Arrive(attempt, world.Now));
            Report(attempt, new Outcome.Unknown("time-out"), effect.Limits.Timeout, Faults.Hangs);
            return;
        }

        if (world.Strikes(Faults.ArrivesLate))
        {
            var late = effect.Limits.Timeout + world.Dice.Seconds(1, 60);
            // Where nothing else keeps a call out, its own hard time-out does.
            if (GatekeeperOf(effect).IsOpen) late = effect.Limits.Timeout * world.Dice.Pick(0.3, 0.6, 0.99);
            world.Agenda.After(late, () => Arrive(attempt, world.Now));
            Report(attempt, new Outcome.Unknown("connection lost"), world.Dice.Seconds(0.01, 1), Faults.ArrivesLate);
            return;
        }

        world.Agenda.After(world.Dice.Seconds(0.005, 0.3), () => Carry(attempt));
    }

    private void Carry(Dispatch attempt)
    {
        var took = DurationOf(attempt.Effect);
        var (outcome, seenAfter) = Arrive(attempt, world.Now + took);
        if (world.Strikes(Faults.AppliedButUnknown))
            Report(attempt, new Outcome.Unknown("answer lost"), took, Faults.AppliedButUnknown);
        else if (outcome is Outcome.Applied && took + seenAfter > attempt.Effect.Limits.Timeout)
            Report(attempt, new Outcome.Unknown("not seen in time"), attempt.Effect.Limits.Timeout, Faults.None);
        else
            Report(attempt, outcome, took + seenAfter, Faults.None);
    }

    private (Outcome Outcome, TimeSpan SeenAfter) Arrive(Dispatch attempt, DateTimeOffset readyAt)
    {
        var effect = attempt.Effect;
        var gatekeeper = GatekeeperOf(effect);
        if (IsTooLate(attempt)) return (new Outcome.Unknown("it came too late"), TimeSpan.Zero);
        var before = gatekeeper.IsOpen ? null : gatekeeper.Accepted;
        if (world.Tamper.Ask(gatekeeper, effect) is { } answer) return (answer, TimeSpan.Zero);
        var seenAfter = Change(effect, readyAt);
        gatekeeper.Done(effect.Fence);
        world.Arrived(attempt, before);
        return (new Outcome.Applied(), seenAfter);
    }

    private bool IsTooLate(Dispatch attempt) => GatekeeperOf(attempt.Effect).IsOpen
        && world.Now > attempt.ClaimedAt + attempt.Effect.Limits.Timeout + EffectLimits.Grace;

    private TimeSpan Change(Effect effect, DateTimeOffset readyAt)
    {
        switch (effect.Action)
        {
            case EffectAction.Deploy deploy:
                world.Outside.Start(deploy.Version, readyAt);
                return TimeSpan.Zero;
            case EffectAction.Retire retire:
                world.Outside.Stop(retire.Version);
                return TimeSpan.Zero;
            case EffectAction.RunHook run:
                world.Outside.Hooks.Run(run.Hook);
                return TimeSpan.Zero;
            case EffectAction.UndoHook undo:
                world.Outside.Hooks.Undo(undo.Hook);
                return TimeSpan.Zero;
            case EffectAction.SetTraffic traffic:
                world.Outside.SetShare(world.Now, traffic.Split.CandidateWeight);
                world.Outside.Shed(traffic.Shedding);
                // A way forward is seen when counters show it, a way back when the configuration reads so.
                return effect.Direction == Direction.Back ? TimeSpan.Zero : UntilCounted();
            case EffectAction.LiftShedding:
                world.Outside.Shed(null);
                return TimeSpan.Zero;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private TimeSpan UntilCounted()
    {
        const double enough = 3;
        var step = TimeSpan.FromSeconds(0.5);
        for (var waited = step; waited < TimeSpan.FromSeconds(10); waited += step)
        {
            if (world.Outside.Requests(world.Now, world.Now + waited) >= enough) return waited;
        }

        return TimeSpan.FromHours(1);
    }

    private void Report(Dispatch attempt, Outcome outcome, TimeSpan after, Faults faults)
    {
        var life = world.Life;
        world.Agenda.After(after, () =>
        {
            if (world.Life != life) return;
            if (world.Strikes(Faults.CrashBeforeReport))
            {
                world.Count(world.Store.Row, Input(attempt, outcome), faults | Faults.CrashBeforeReport);
                world.Crash(Faults.CrashBeforeReport);
                return;
            }

            if (world.Strikes(Faults.Lost))
            {
                world.Disturbed();
                world.Count(world.Store.Row, Input(attempt, outcome), faults | Faults.Lost);
                return;
            }

            var late = world.Strikes(Faults.Late, nameof(RolloutInput.OutcomeReported));
            if (late) world.Disturbed();
            if (late) world.Lean.Later(1, 40, () => Send(attempt, outcome, faults | Faults.Late));
            else world.Agenda.After(default, () => Send(attempt, outcome, faults));
            if (world.Strikes(Faults.Doubled, nameof(RolloutInput.OutcomeReported)))
                world.Lean.Later(0, 30, () => Send(attempt, outcome, faults | Faults.Doubled));
        });
    }

    private void Send(Dispatch attempt, Outcome outcome, Faults faults) =>
        world.Deliver(new(Input(attempt, outcome), null, faults));

    private RolloutInput Input(Dispatch attempt, Outcome outcome) =>
        world.Decider.Reported(new(attempt.Effect.Ordinal, attempt.Attempt, outcome));

    private TimeSpan DurationOf(Effect effect) => GatekeeperOf(effect) == world.Outside.Router
        ? world.Dice.Seconds(0.01, 0.2)
        : effect.Limits.Timeout * world.Dice.Pick(0.05, 0.2, 0.6);

    private Gatekeeper GatekeeperOf(Effect effect) => effect.Action switch
    {
        EffectAction.SetTraffic or EffectAction.LiftShedding => world.Outside.Router,
        EffectAction.RunHook or EffectAction.UndoHook => world.Outside.Hooks,
        _ => world.Outside.Target,
    };
}
