using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// A rollout by its real rules, before real fences: what it is asked it answers by its row, and its release reads that
/// from the log.
/// </summary>
internal sealed class WholeRollout(Shop shop, RolloutId id, VersionName version, bool isBad)
    : ShopThing<RolloutState, RolloutInput, RolloutEvent>(
        shop, shop.Defect.Rollouts.Wrap(new RolloutDecider(shop.SpecOf(id.Slot)))), IShopRollout
{
    private static readonly ActorName Anna = ActorName.From("anna");

    private static readonly InstanceCount Ready = new(1, 1);

    private DateTimeOffset? _timer;
    private int _stuck = -1;
    private bool _isAsking;
    private bool _isLooking;

    public RolloutSpec Spec => Shop.SpecOf(id.Slot);

    public RolloutId Id => id;

    public VersionName Version => version;

    public bool IsBad => isBad;

    /// <summary>What the invariants of a rollout say of it.</summary>
    public JudgedRollout Judged => _judged ??= new JudgedRollout(Shop, this, null, 0);

    private JudgedRollout? _judged;

    public PassageId Passage => State?.Passage ?? id;

    public PartNews? News => PartOf.News(Row, Shop.Epoch);

    public PartNews? NewsAfter(long sequence)
    {
        var rung = Log.Skip((int)sequence)
            .LastOrDefault(text => text.Contains("passage-rung", StringComparison.Ordinal));
        return rung is null
            ? null
            : PartOf.After(new(id, sequence, new PartStage.Untouched()), Row.Sequence, rung, Shop.Epoch);
    }

    public Outcome Begin(EffectAction.BeginRollout begin)
    {
        _judged ??= new JudgedRollout(Shop, this, begin.Baseline, begin.Generation);
        return Said(Take(new RolloutInput.Begin(
            begin.Rollout, begin.Generation, begin.Baseline, begin.Version, begin.SpecHash, begin.StartedBy,
            begin.BaselineSpecHash, begin.IsKept, begin.Passage)));
    }

    public Outcome Halt(EffectAction.HaltRollout halt)
    {
        Find(halt.Lost);
        return Said(Take(new RolloutInput.Halt(
            halt.Rollout, halt.Passage, halt.Version, halt.SpecHash, halt.StartedBy, halt.Lost)));
    }

    public Outcome TakeBack(EffectAction.TakeBackRollout back)
    {
        Find(back.Lost);
        return Said(Take(new RolloutInput.TakeBack(
            back.Rollout, back.Passage, back.Plan, back.Version, back.SpecHash, back.StartedBy, back.Lost)));
    }

    // By the record it had not begun: it is to be judged as one that did under this lease.
    private void Find(Grant? lost)
    {
        if (lost is not null && State is null)
            _judged ??= new JudgedRollout(Shop, this, lost.Baseline, lost.Generation);
    }

    /// <summary>It only takes back what was there.</summary>
    public bool IsReversal { get; private set; }

    public Outcome Reverse(EffectAction.ReverseRollout back)
    {
        IsReversal = true;
        _judged ??= new JudgedRollout(Shop, this, back.Baseline, back.Generation);
        return Said(Take(new RolloutInput.Reverse(
            back.Rollout, back.Passage, back.Plan, back.Generation, back.Baseline, back.BaselineSpecHash, back.Version,
            back.SpecHash, back.StartedBy)));
    }

    public Outcome Leave(EffectAction.LeaveRollout leave) => Said(Take(new RolloutInput.Leave(
        leave.Rollout, leave.Passage, leave.Version, leave.SpecHash, leave.StartedBy, leave.By, leave.Reason)));

    public Outcome Complete(EffectAction.CompleteRollout completed)
    {
        var said = Said(Take(new RolloutInput.Complete(completed.Passage)));
        if (State?.Phase != Phase.Succeeded) Shop.Blame(5, $"{id} is said to have completed in {State?.Stage}");
        return said;
    }

    public Outcome Yield(PassageId by) =>
        State is null ? new Outcome.NotApplied("it has not begun") : Said(Take(new RolloutInput.Yield(by)));

    public void Permit()
    {
        if (State is not null) Take(new RolloutInput.PermitGranted());
    }

    public Explanation Explain() => Core.Explaining.Explain.Of(Spec, Row, Shop.Now);

    /// <summary>What a person writes.</summary>
    public void Told(string verb) => Ask(verb switch
    {
        "resume" => new RolloutInput.Resume(Anna, null),
        "abort" => new RolloutInput.Abort(Anna, null),
        "promote" => new RolloutInput.Promote(Anna, null),
        "pause" => new RolloutInput.Pause(Anna, null),
        _ => new RolloutInput.Retry(Anna, null),
    });

    public void Retry() => Ask(new RolloutInput.Retry(Anna, null));

    /// <summary>People stop it, let it go on, or want it no more.</summary>
    public void Meddle()
    {
        if (State is { IsTerminal: false } && Shop.Finds.Chance(0.004)) BeSuspected();
        if (State is not { IsTerminal: false } state) return;
        if (state.Stage is Stage.Held { Hold: { StandsSince: not null, Evidence: null } } && Shop.People.Chance(0.2))
            Ask(new RolloutInput.Resume(Anna, null));
        else if (state.Stage is Stage.Held { Hold.Evidence.GiveUpAt: null } && Shop.People.Chance(0.1))
            Ask(new RolloutInput.Abort(Anna, "no evidence"));
        else if (state.Stage is Stage.Moving && Shop.People.Chance(0.004))
            Ask(new RolloutInput.Pause(Anna, null));
        else if (Shop.People.Chance(0.0005))
            Ask(new RolloutInput.Abort(Anna, null));
    }

    // A service beside it got worse.
    private void BeSuspected() => Take(new RolloutInput.Attributed(Found.Of(id, Shop.Now, Shop.Finds.Chance(0.4)
        ? new Judgement.Blame(id)
        : new Judgement.Undecided("the odds are not clear"))));

    public void Overtake()
    {
        Shop.Log(this, Deed.Overtaken);
        Judged.WasTakenOver = true;
        Shop.TargetOf(id.Slot).TakeOver(State!.Generation);
    }

    /// <summary>Whether the router is away now that it is to go back; once or twice, then it is there again.</summary>
    public bool GetsStuck()
    {
        if (_stuck < 0) _stuck = Shop.Dice.Chance(Shop.StuckRate) ? 1 : 0;
        return _stuck-- > 0;
    }

    public void Wake()
    {
        if (State is not null && Row.NextWake <= Shop.Now) Take(new RolloutInput.Tick());
    }

    protected override void Committed(Row<RolloutState> before, StepResult<RolloutState>.Written written)
    {
        Shop.Say($"{id} {State!.Stage} <- {written.Transition}");
        Judged.Committed(new(before, written, Shop.Now, Newest));
        foreach (var happened in Happened)
        {
            if (happened is RolloutEvent.Began && Newest.Input is RolloutInput.Begin) Shop.Log(this, Deed.Begun);
            if (happened is RolloutEvent.Verified) Shop.Log(this, Deed.Verified);
            if (happened is RolloutEvent.WentBack { Cause: Cause.MetricFailed }) Shop.Tally.Add(Met.Failure);
            if (happened is RolloutEvent.GotStuck) Shop.Tally.Add(Met.Stuck);
        }

        if (!written.Facts.Rings.IsEmpty) Shop.Ring(this);
    }

    protected override StepResult<RolloutState> Step(
        Row<RolloutState> row, RolloutInput input, Command? command, int epoch, DateTimeOffset now) =>
        epoch > 1
            ? base.Step(row, input, command, epoch, now)
            : Shop.Defect.Rollouts.Step(Decider, row, input, command, now);

    protected override void Restarted() => (_timer, _isAsking, _isLooking) = (null, false, false);

    private void Look()
    {
        if (_isLooking || State is not { Restored: Restored.Unseen unseen } || unseen.LookAt > Shop.Now) return;
        _isLooking = true;
        Shop.Agenda.After(Shop.Lag(), () =>
        {
            _isLooking = false;
            if (State is null) return;
            Take(Shop.Faults(0.1)
                ? new RolloutInput.NotObserved("router is away")
                : new RolloutInput.Observed(Shop.TargetOf(id.Slot).Seen(State.ToBeSeen)));
        });
    }

    protected override Outcome Carry(Dispatch attempt) => attempt.Effect.Action.IsOutside
        ? Shop.TargetOf(id.Slot).Take(attempt, this)
        : Shop.Carry(attempt.Effect.Action);

    // It asks what it wants to know, and looks at the clock.
    protected override void Looked()
    {
        if (State is not { IsTerminal: false } state) return;
        Look();
        if (!state.Restored.IsOpen && !_isAsking && !Questions.Due(Spec, state, Shop.Now).IsEmpty)
        {
            _isAsking = true;
            var asked = Shop.Now;
            Shop.Agenda.After(Shop.Lag(Disturbances), () => Answer(asked));
        }

        if (Row.NextWake is not { } wake || wake == _timer) return;
        _timer = wake;
        // What is due already and waits for an answer is looked at once in a second.
        Shop.Agenda.At(wake > Shop.Now ? wake : Shop.Now + TimeSpan.FromSeconds(1), () =>
        {
            if (_timer == wake) _timer = null;
            Wake();
        });
    }

    // What gates look at is as old as the question; a new version is not always ready.
    private void Answer(DateTimeOffset asked)
    {
        _isAsking = false;
        if (State is null) return;
        var due = Questions.Due(Spec, State, Shop.Now);
        var isReady = !due.Gates || !Shop.People.Chance(0.1);
        var looks = due.Gates && !Shop.DoubtsGroundOf(this);
        var news = Questions.NewsOf(State, new RolloutInput.Answered(
            [
                .. due.Metrics.Select(question => new Measurement(
                    question.Key, question.Window, Read())),
            ],
            looks ? new HealthFact(asked, isReady ? Ready : new InstanceCount(0, 1), Ready) : null,
            looks ? new FreezeFact(asked, Shop.Freezes.At(asked)) : null));
        if (news is not null) Take(news);
        else Shop.Agenda.After(Questions.GatesInterval, Wake);
    }

    // Now and then its source says nothing, or nothing that is a number.
    private Reading Read()
    {
        if (!Shop.Faults(0.03)) return new Reading.Counts(isBad ? 60 : 0, 100);
        Disturbances.Add((Shop.Now, Shop.Now));
        Shop.Tally.Add(Met.NoNumber);
        return Shop.Dice.Pick<Reading>(
            new Reading.NoData("empty"), new Reading.Error("503"), new Reading.Counts(double.NaN, 3));
    }

    private static Outcome Said(Refusal? refusal) =>
        refusal is null ? new Outcome.Applied() : new Outcome.Refused(refusal.Reason);
}
