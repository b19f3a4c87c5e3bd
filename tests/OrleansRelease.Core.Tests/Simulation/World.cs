using System.Globalization;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Simulation.Invariants;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// One rollout in a world made from one seed: virtual time, an outside that answers for what was really done to it, and
/// faults everywhere. The real rules are driven through the real step.
/// </summary>
internal sealed partial class World
{
    public const int Epoch = 1;

    public const int Generation = 3;

    public const string SpecHash = "sha256:seeded";

    public const string BaselineSpecHash = "sha256:before";

    private const int MaxEvents = 20_000;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan Horizon = TimeSpan.FromMinutes(40);

    private static readonly TimeSpan KeeperPeriod = TimeSpan.FromSeconds(5);

    private readonly FaultPlan _faults;
    private readonly Invariant[] _invariants;
    private readonly Coverage _coverage;
    private readonly List<string>? _trace;
    private readonly List<Activation> _activations = [];
    private DateTimeOffset? _upAt;
    private int _activated;
    private DateTimeOffset? _endedAt;
    private bool _redelivered;

    public World(
        int seed, Coverage coverage, Tamper? tamper = null, List<string>? trace = null, Aim? aim = null)
    {
        Seed = seed;
        Dice = new Dice(seed);
        Agenda = new Agenda(Start);
        _coverage = coverage;
        _trace = trace;
        Tamper = tamper ?? new NoTamper();
        Lean = new Lean(this, aim);
        Spec = Lean.Hurry(SpecOfASeed.Make(Dice));
        Elsewhere = aim is null ? Elsewhere.Make(seed, Start) : null;
        if (Elsewhere is { Requirement: var required }) Spec = Spec with { Requires = [required] };
        if (aim is null)
        {
            Spec = SheddingOfASeed.Of(
                seed,
                TracesOfASeed.Of(seed, HooksOfASeed.Of(seed, OpenTarget.Of(seed, MonitorOfASeed.Of(seed, Spec)))));
        }

        Outside = OutsideOfASeed.Make(Dice, Spec, Start, Lean.IsWell);
        Outside.BaselineHalf = SheddingOfASeed.Half(seed, Spec, Start);
        Freezes = new Freezes(seed, Start);
        Findings = new Findings(this);
        Decider = Tamper.Wrap(new RolloutDecider(Spec));
        _faults = new FaultPlan(Dice, () => IsCalm, Lean.IsWell);
        Metrics = new MetricsSource(this);
        Runner = new Runner(this);
        Roles = new Roles(this);
        People = new People(this);
        _invariants = Invariant.All(this);
    }

    public int Seed { get; }

    public Dice Dice { get; }

    public Agenda Agenda { get; }

    public DateTimeOffset Now => Agenda.Now;

    public RolloutSpec Spec { get; }

    public RolloutId Id => new(new SlotKey(Spec.Service, Spec.Environment), 7);

    /// <summary>A service that is required; null in most worlds.</summary>
    public Elsewhere? Elsewhere { get; }

    public IDecider<RolloutState, RolloutInput, RolloutEvent> Decider { get; }

    public Lean Lean { get; }

    public IReadOnlyList<Activation> Activations => _activations;

    public Tamper Tamper { get; }

    public Outside Outside { get; }

    public Freezes Freezes { get; }

    public Store Store { get; } = new();

    public MetricsSource Metrics { get; }

    public Runner Runner { get; }

    public Roles Roles { get; }

    public People People { get; }

    /// <summary>Which life of the node this is; whatever belonged to an earlier one is gone.</summary>
    public int Life { get; private set; }

    /// <summary>
    /// When the node failed, and until when it was away, or a message was lost: each costs some of the bound.
    /// </summary>
    public List<(DateTimeOffset At, DateTimeOffset Until)> Disturbances { get; } = [];

    /// <summary>From here on nothing goes wrong, so that every run can end.</summary>
    public bool IsCalm => Now >= Start + Calm;

    public bool WasTakenOver { get; private set; }

    public bool Strikes(Faults fault, string? input = null) =>
        _faults.Strikes(fault) || Lean.Strikes(fault, input);

    /// <summary>What is said only once is little among the inputs, so that it is tried harder.</summary>
    public bool CrashesBeforeActing(bool onSaidOnce, Phase? phase, RolloutInput input) =>
        Enumerable.Range(0, onSaidOnce ? 10 : 1).Any(_ => _faults.Strikes(Faults.CrashBeforeAct))
        || Lean.CrashesBeforeActing(phase, input);

    public void Disturbed() => Disturbances.Add((Now, Now));

    public void Run()
    {
        Outside.Target.Ask(new Fence(Epoch, Generation - 1, 4));
        Outside.Router.Ask(new Fence(Epoch, Generation - 1, 3));
        if (Outside.Baseline is { } baseline) Outside.Start(baseline, Start);
        OpenTarget.Haunt(this);
        if (Lean.IsBeforeBegin) Agenda.After(Dice.Seconds(1, 5), Roles.Begin);
        else Roles.Begin();
        People.Plan();
        if (!Lean.Leads) Findings.Plan();
        Lean.Begin();
        Agenda.After(KeeperPeriod, Keep);
        var events = 0;
        while (!IsOver() && Agenda.Next(Start + Horizon))
        {
            if (++events > MaxEvents) throw new InvariantViolation(8, "it never comes to rest");
        }

        foreach (var invariant in _invariants) invariant.OnEnd();
    }

    /// <summary>An input reaches the node, if there is one, and one of the activations in it.</summary>
    public void Deliver(Delivery delivery)
    {
        if (_upAt is not null)
        {
            delivery.Reply?.Invoke(Reply.Silence);
            return;
        }

        var reply = Pick(delivery).Handle(delivery);
        delivery.Reply?.Invoke(reply);
    }

    public void Crash(Faults why)
    {
        Life++;
        foreach (var activation in _activations) activation.End();
        _activations.Clear();
        var outage = Strikes(Faults.Outage);
        var down = outage ? Dice.Seconds(60, 300) : Dice.Seconds(1, 9);
        Disturbances.Add((Now, Now + down));
        // An outage is more than the one failover that is announced.
        if (outage) Disturbances.Add((Now, Now + down));
        if (outage) Count(Store.Row, new RolloutInput.Tick(), Faults.Outage);
        Say($"crash ({why}), down for {down.TotalSeconds:0.#} s");
        _upAt = Now + down;
        Agenda.At(_upAt.Value, () => _upAt = null);
    }

    public Faults WriteFaults()
    {
        var faults = (Strikes(Faults.WriteFailsBefore) ? Faults.WriteFailsBefore : Faults.None)
            | (Strikes(Faults.WriteFailsAfter) ? Faults.WriteFailsAfter : Faults.None);
        return faults;
    }

    public Faults FaultsAround(Activation activation) =>
        (_activations.Exists(other => other.IsAlive && other != activation) ? Faults.TwoActivations : Faults.None)
        | (_redelivered ? Faults.Redelivered : Faults.None);

    /// <summary>Somebody broke the lease: the next generation has the slot.</summary>
    public void TakeOver()
    {
        WasTakenOver = true;
        Count(Store.Row, Decider.Reported(new(0, 0, new Outcome.Overtaken(default))), Faults.TakenOver);
        var fence = new Fence(Epoch, Generation + 1, 1);
        Outside.Target.Ask(fence);
        Outside.Router.Ask(fence);
        Say("taken over by the next generation");
    }

    public void Committed(
        Row<RolloutState> before, StepResult<RolloutState>.Written written, Delivery delivery, Faults faults)
    {
        Saw(before, delivery, faults, null);
        var commit = new Commit(before, written, Now);
        if (_trace is not null) Say("  " + Wordy(commit));
        foreach (var invariant in _invariants) invariant.OnCommitted(commit);
        var phase = written.Row.State!.Phase;
        if (before.State is null || phase != before.State.Phase)
        {
            People.See(phase);
            Roles.SayAgain();
        }

        if (written.Row.State!.IsTerminal && _endedAt is null)
        {
            _endedAt = Now;
            People.AfterTheEnd();
        }

        Lean.OnCommitted(written.Row);
        _redelivered = false;
        if (Runner.MayArrive.Count > 0 && Strikes(Faults.Redelivered))
        {
            var again = Runner.MayArrive[Dice.Between(0, Runner.MayArrive.Count - 1)];
            _redelivered = true;
            Say($"again: {again.Effect.Fence} {Wording.Of(again.Effect.Action)}");
            Runner.Redeliver(again);
        }
    }

    public void Begun(Dispatch attempt)
    {
        foreach (var invariant in _invariants) invariant.OnBegun(attempt);
    }

    public void Arrived(Dispatch attempt, Fence? accepted)
    {
        Say($"outside: {attempt.Effect.Fence} {Wording.Of(attempt.Effect.Action)} attempt {attempt.Attempt} is done");
        foreach (var invariant in _invariants) invariant.OnArrived(attempt, accepted);
    }

    public void Saw(Row<RolloutState> row, Delivery delivery, Faults faults, string? what)
    {
        _coverage.Count(row.State?.Phase, delivery.Input, faults);
        if (_trace is not null && (what is not "nothing" || delivery.Input is not RolloutInput.Tick))
            Say($"{row.State?.Phase.ToString() ?? "-"} <- {Words(delivery.Input)} [{faults}] {what}");
    }

    public void Count(Row<RolloutState> row, RolloutInput input, Faults faults) =>
        _coverage.Count(row.State?.Phase, input, faults);

    private void Say(string what) => _trace?.Add(string.Create(
        CultureInfo.InvariantCulture, $"{(Now - Start).TotalSeconds,8:0.000} {what}"));

    private static string Words(RolloutInput input) => input is RolloutInput.Answered answered
        ? $"Answered {answered.Health} {answered.Freeze} "
            + string.Join(", ", answered.Measurements.Select(m => $"{m.Metric}#{m.Window.Number} {m.Reading}"))
        : input.ToString()!;

    private static string Wordy(Commit commit) =>
        $"#{commit.After.Sequence} {commit.After.State!.Stage} | "
        + string.Join("; ", commit.Read.Events) + " | "
        + string.Join("; ", commit.Read.Attempts.Select(a =>
            $"{a.Effect.Ordinal}/{a.Attempt} {Wording.Of(a.Effect.Action)}"))
        + $" | wake {(commit.After.NextWake - Start)?.TotalSeconds}";

    private Activation Pick(Delivery? delivery)
    {
        _activations.RemoveAll(activation => !activation.IsAlive);
        if (_activations.Count == 0 || (_activations.Count == 1 && Strikes(Faults.TwoActivations)))
            _activations.Add(new Activation(this, ++_activated, Store.Load()));
        if (_activations.Count == 1 && Lean.StartsTwo)
            _activations.Add(new Activation(this, ++_activated, Store.Load()));
        var around = _redelivered ? Faults.Redelivered : Faults.None;
        return Lean.Pick(_activations, delivery, around) ?? _activations[Dice.Between(0, _activations.Count - 1)];
    }

    // The guarantee behind the timers: rows that are due are looked at, whoever has died.
    private void Keep()
    {
        if (IsOver()) return;
        Agenda.After(KeeperPeriod, Keep);
        if (_upAt is null && Store.Row.NextWake <= Now) Pick(null).WakeByKeeper();
        if (IsCalm) People.Help();
    }

    private bool IsOver() => _endedAt is { } ended && Now > ended + TimeSpan.FromSeconds(90)
        && Store.Row.NextWake is null;
}
