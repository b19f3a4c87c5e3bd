using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Makes the dice of a world lean towards its aim: when things happen and to whom, never what follows from them.
/// Without an aim nothing leans, and no dice are thrown.
/// </summary>
internal sealed class Lean(World world, Aim? aim)
{
    /// <summary>How often a world says what it aims at; a row remembers 64 commands, and others give some.</summary>
    private const int MostSaid = 30;

    private const Faults Carried = Faults.Doubled | Faults.Late | Faults.Hangs | Faults.Refuses | Faults.NotApplied
        | Faults.AppliedButUnknown | Faults.ArrivesLate | Faults.TooOld | Faults.MetricMissing | Faults.MetricError
        | Faults.MetricNotANumber | Faults.MetricSlow;

    private const Faults OfWrites = Faults.WriteFailsBefore | Faults.WriteFailsAfter | Faults.CrashBeforeAct;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    private const Faults OfMetrics =
        Faults.MetricMissing | Faults.MetricError | Faults.MetricNotANumber | Faults.MetricSlow;

    private readonly List<(DateTimeOffset Earliest, Action Happens)> _waiting = [];
    private readonly bool _keepsOld = aim is not null && world.Dice.Chance(0.5);
    private readonly bool _isTakenOver = aim is { Phase: Phase.Superseded } && world.Dice.Chance(0.5);
    private int _said;

    /// <summary>Whether there is an aim.</summary>
    public bool Leads => aim is not null;

    /// <summary>Whether a fault strikes because of the aim.</summary>
    public bool Strikes(Faults fault, string? input) => Leans && ChanceOf(fault, input) is var chance and > 0
        && world.Dice.Chance(chance);

    /// <summary>A crash takes all that is on its way with it, so that it strikes only upon the aimed input.</summary>
    public bool CrashesBeforeActing(Phase? phase, RolloutInput input) => Leans && phase == aim!.Phase
        && (aim!.Fault == Faults.Outage || (aim.Fault == Faults.CrashBeforeAct && aim.Input == input.GetType().Name))
        && world.Dice.Chance(0.5);

    /// <summary>Whether somebody asks before there is anything to ask.</summary>
    public bool IsBeforeBegin => aim is { Phase: null } && !_keepsOld;

    /// <summary>Whether answers without any fault take as long as they may.</summary>
    public bool AnswersLast => Leans && aim is { Input: nameof(RolloutInput.Answered), Fault: Faults.None };

    /// <summary>Whether two activations come up at the same time before there is anything to read.</summary>
    public bool StartsTwo => _keepsOld && world.Store.Row.Sequence == 0;

    /// <summary>A rollout that is to get far has a new version that is well, and few faults.</summary>
    public bool IsWell => aim is { Phase: Phase.Verifying or Phase.Succeeded };

    /// <summary>Half of those that are to get far are soon there, with earlier calls still on their way.</summary>
    public RolloutSpec Hurry(RolloutSpec spec)
    {
        if (AnswersLast) return UndoneSooner(spec);
        return !IsWell || world.Dice.Chance(0.5) ? spec : Sooner(spec);
    }

    /// <summary>
    /// Whether what is told to another part goes wrong, so that something is due for longer: a permit is given then,
    /// and only that it was asked for is not known.
    /// </summary>
    public bool TellsInVain(Dispatch attempt, bool isHeard) => Leans && (aim!.Fault & OfWrites) != 0
        && isHeard == attempt.Effect.Action is EffectAction.RequestPermit
        && world.Dice.Chance(isHeard ? 0.9 : 0.6);

    /// <summary>An activation whose row is in the aimed phase is kept for the aimed input.</summary>
    public Activation? Pick(IReadOnlyList<Activation> from, Delivery? delivery, Faults around)
    {
        if (!_keepsOld || !Leans || from.Count < 2) return null;
        var kept = from.FirstOrDefault(IsInPhase);
        if (kept is null) return null;
        return IsAimed(delivery, around) ? kept : from.First(activation => activation != kept);
    }

    /// <summary>Something happens after a while; while the aimed phase is awaited it may wait for that.</summary>
    public void Later(double least, double most, Action happens)
    {
        if (!Leans || IsInSight || !world.Dice.Chance(0.6))
        {
            world.Agenda.After(world.Dice.Seconds(least, most), happens);
            return;
        }

        var done = false;
        void Once()
        {
            if (done) return;
            done = true;
            happens();
        }

        _waiting.Add((world.Now + TimeSpan.FromSeconds(least), Once));
        world.Agenda.After(TimeSpan.FromSeconds(most), Once);
    }

    /// <summary>Something of the aimed kind is under way: now is the moment to bring the phase about.</summary>
    public void UnderWay(string input)
    {
        if (!Leans || aim!.Input != input || IsInSight || !IsLateEnough || !world.Dice.Chance(0.3)) return;
        // What is taken back while a call is under way is not cancelled.
        if (aim!.Phase == Phase.Cancelled && aim.Input == nameof(RolloutInput.OutcomeReported)) return;
        if (Way() is { } way) world.Agenda.After(world.Dice.Seconds(0, 0.1), () => world.People.Ask(way));
    }

    public void Begin()
    {
        if (aim is null) return;
        if (IsBeforeBegin) world.Agenda.After(world.Dice.Seconds(0, 2), Say);
        if (!NeedsRequests && world.Dice.Chance(0.7) && Way() is { } way)
            world.Agenda.After(world.Dice.Seconds(0, 60), () => world.People.Ask(way));
    }

    public void OnCommitted(Row<RolloutState> row)
    {
        if (!Leans || !IsInSight) return;
        foreach (var (earliest, happens) in _waiting) world.Agenda.At(Moment(row, earliest), happens);
        _waiting.Clear();
        for (var i = 0; i < 2 && _said < MostSaid; i++, _said++)
            world.Agenda.At(Moment(row, world.Now), Say);
    }

    // What is due is due for whoever comes first: an input that changes nothing is written when it is not the timer.
    private DateTimeOffset Moment(Row<RolloutState> row, DateTimeOffset earliest)
    {
        var at = IsOfCall
            ? world.Now + world.Dice.Seconds(0, 1)
            : world.Dice.Chance(0.6) && row.NextWake is { } wake ? wake : world.Now + world.Dice.Seconds(0, 3);
        return at > earliest ? at : earliest;
    }

    private void Say()
    {
        if (aim!.Input is nameof(RolloutInput.Begin) or nameof(RolloutInput.PermitGranted))
            world.Roles.SayNow(aim.Input);
        else
            world.People.Ask(aim.Input);
    }

    private string? Way() => aim!.Phase switch
    {
        Phase.RollingBack or Phase.RolledBack or Phase.Failed or Phase.Cancelled => nameof(RolloutInput.Abort),
        Phase.Superseded => world.Dice.Chance(0.5) ? nameof(RolloutInput.Yield) : nameof(RolloutInput.Abort),
        Phase.Paused => nameof(RolloutInput.Pause),
        _ => null,
    };

    private double ChanceOf(Faults fault, string? input)
    {
        if (fault == aim!.Fault && (Carried & fault) != 0) return 0.25;
        if (fault == aim.Fault && fault != Faults.CrashBeforeAct && IsInSight) return 0.5;
        return fault switch
        {
            Faults.TwoActivations when _keepsOld => 0.7,
            Faults.TakenOver when _isTakenOver && IsLateEnough => 0.3,
            Faults.Late or Faults.Doubled when input == aim.Input && !IsOfCall => 0.35,
            Faults.TooOld when IsTold && (!IsWell || IsLastStep) => 0.35,
            Faults.Hangs when aim.Input == nameof(RolloutInput.OutcomeReported) => 0.1,
            Faults.NotApplied or Faults.Refuses when aim.Phase == Phase.Cancelled && IsTold => 0.3,
            Faults.Refuses or Faults.Lost when StoredPhase == Phase.RollingBack
                && (aim.Phase == Phase.Failed || aim.Input == nameof(RolloutInput.Retry)) => 0.6,
            _ => 0,
        };
    }

    // When the world is calm an old activation that is kept would swallow for ever what others have to be told.
    private bool Leans => aim is not null && !world.IsCalm;

    private bool IsTold => aim!.Input is nameof(RolloutInput.OutcomeReported) or nameof(RolloutInput.Answered);

    // What happens at the call itself does not come later than the call.
    private bool IsOfCall => aim!.Fault is Faults.CrashBeforeReport or Faults.TakenOver;

    private bool IsLastStep =>
        world.Store.Row.State?.Stage is Stage.Moving moving && moving.Step >= world.Spec.Steps.Length - 2;

    // Metrics are asked only when the new version has requests.
    private bool IsLateEnough => !NeedsRequests || world.Outside.Share > 0;

    private bool NeedsRequests => aim!.Input == nameof(RolloutInput.Answered)
        && ((aim.Fault & OfMetrics) != 0 || aim.Phase is Phase.RollingBack or Phase.RolledBack or Phase.Failed);

    private Phase? StoredPhase => world.Store.Row.State?.Phase;

    private bool IsInSight => StoredPhase == aim!.Phase || (_keepsOld && world.Activations.Any(IsInPhase));

    private bool IsInPhase(Activation activation) => activation.IsAlive && activation.Row.State?.Phase == aim!.Phase;

    private bool IsAimed(Delivery? delivery, Faults around) =>
        (delivery?.Input.GetType().Name ?? nameof(RolloutInput.Tick)) == aim!.Input
        && ((aim.Fault & (Carried | Faults.Redelivered)) == 0
            || (((delivery?.Faults ?? Faults.None) | around) & aim.Fault) != 0);

    private static RolloutSpec Sooner(RolloutSpec spec) => spec with
    {
        Steps = [.. spec.Steps.Select(step => step is Step.Verify ? new Step.Verify(TimeSpan.Zero) : step)],
        Background = [.. spec.Background.Select(metric => metric with
        {
            Limits = metric.Limits with { Interval = Shortest / 2, InitialDelay = TimeSpan.Zero },
        })],
        Traffic = spec.Traffic with
        {
            Limits = spec.Traffic.Limits with { Timeout = Shortest, Backoff = Shortest / 2 },
        },
        Metrics = spec.Metrics! with { Delay = TimeSpan.Zero },
    };

    // An answer comes when all is over only where undoing is faster than answering.
    private static RolloutSpec UndoneSooner(RolloutSpec spec) => spec with
    {
        Target = spec.Target with
        {
            DeployLimits = spec.Target.DeployLimits with { Timeout = Shortest },
            RetireLimits = spec.Target.RetireLimits with { Timeout = Shortest },
        },
        Background = [.. spec.Background.Select(metric => metric with
        {
            Limits = metric.Limits with { Timeout = Shortest * 3 },
        })],
    };
}
