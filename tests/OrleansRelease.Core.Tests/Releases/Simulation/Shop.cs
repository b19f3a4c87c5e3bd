using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// Several releases over the same services in a world made from one seed: real slots, rollouts that succeed, fail and
/// get stuck, messages that are lost, doubled and late, nodes that crash, people who interfere. In a whole one the
/// rollouts are real, too, and some are of no release.
/// </summary>
internal sealed partial class Shop
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public static readonly string SpecHash = "sha256:shop";

    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(40);

    /// <summary>Until when somebody may start a rollout of no release.</summary>
    private static readonly TimeSpan Alone = TimeSpan.FromMinutes(10);

    private readonly Dictionary<SlotKey, ShopSlot> _slots = [];
    private readonly Dictionary<RolloutId, IShopRollout> _rollouts = [];
    private readonly Dictionary<PassageId, List<IShopRollout>> _rolloutsOf = [];
    private readonly Dictionary<PassageId, ShopPassage> _passagesById = [];
    private readonly List<ShopPassage> _passages = [];
    private readonly List<Done> _done = [];
    private readonly int _seed;
    private readonly bool _isCrowd;
    private readonly bool _isWhole;
    private readonly double _faults;

    /// <param name="seed">From which the world is made.</param>
    /// <param name="defect">What the rules are told instead of the truth.</param>
    /// <param name="crowd">So many small releases at once, in a world without faults; 0: a few of any size.</param>
    /// <param name="whole">Of a few services, with real rollouts.</param>
    /// <param name="reversals">People take back what has completed, and others are built on it until then.</param>
    public Shop(
        int seed, Func<PassageSpec, PassageSpec>? defect = null, int crowd = 0, bool whole = false,
        bool reversals = false)
    {
        _regrets = reversals ? new Dice(-seed) : null;
        (_seed, Dice, Agenda) = (seed, new Dice(seed), new Agenda(Start));
        (_isCrowd, _isWhole) = (crowd > 0, whole);
        _faults = _isCrowd ? 0 : Dice.Pick(0.0, 0.3, 1.0, 2.0);
        FailureRate = Dice.Pick(0.0, 0.02, 0.1);
        StuckRate = _isCrowd ? 0 : Dice.Pick(0.0, 0.1, 0.5);
        var graph = Graph.OfASeed(seed, _isCrowd ? 40 : _isWhole ? Dice.Between(2, 8) : null);
        _graph = graph;
        foreach (var service in graph.Services)
        {
            var key = new SlotKey(service, EnvironmentName.From("production"));
            _slots[key] = new ShopSlot(this, key);
        }

        var releases = _isCrowd ? crowd : Dice.Between(1, 4);
        for (var number = 1; number <= releases; number++) Add(number, graph, defect ?? (spec => spec));
    }

    public Dice Dice { get; }

    public Agenda Agenda { get; }

    public DateTimeOffset Now => Agenda.Now;

    public double FailureRate { get; }

    public double StuckRate { get; }

    public IReadOnlyList<ShopPassage> Passages => _passages;

    /// <summary>What really came about in it.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Takes the whole story.</summary>
    public List<string>? Trace { get; set; }

    /// <summary>What everything real in it has written down.</summary>
    public IEnumerable<IEnumerable<string>> Logs => _passages.Select(passage => passage.Log)
        .Concat(_isWhole ? _slots.Values.Select(slot => slot.Log) : [])
        .Concat(_rollouts.Values.OfType<WholeRollout>().Select(rollout => rollout.Log));

    private bool IsCalm => Now >= Start + Calm;

    public void Run()
    {
        foreach (var passage in _passages)
        {
            Agenda.After(Dice.Seconds(0, _regrets is null ? 300 : 1500), passage.Begin);
            if (!_isCrowd) Interfere(passage);
        }

        if (!_isCrowd && Dice.Chance(0.1)) Agenda.After(Dice.Seconds(60, 1200), BreakALease);
        if (_isWhole) StartSomeAlone();
        Agenda.After(TimeSpan.FromSeconds(5), Keep);
        var end = Start + TimeSpan.FromDays(3);
        while (_passages.Any(passage => !passage.IsOver) || IsToBeRegretted
            || (_isWhole && (Now < Start + Alone || _slots.Values.Any(slot => !slot.IsFree))))
        {
            if (!Agenda.Next(end)) Blame(8, "it never comes to its end: " + string.Join("; ", Unfinished()));
        }

        // What was still on its way arrives.
        var rest = Now + TimeSpan.FromMinutes(10);
        while (Agenda.Next(rest))
        {
        }

        foreach (var passage in _passages) Judge(passage);
        Tally.Add(Met.SharedSlot, _done.Where(done => done.Deed == Deed.Begun)
            .GroupBy(done => done.Service).Count(slot => slot.Select(done => done.Passage).Distinct().Count() > 1));
        foreach (var slot in _slots.Values.Where(slot => !slot.IsFree))
            Blame(8, $"{slot.Key} was never given back by {slot.State!.Holder}");
        if (!_isWhole) return;
        foreach (var slot in _slots.Values) slot.Replay();
        foreach (var rollout in _rollouts.Values.OfType<WholeRollout>())
        {
            rollout.Replay();
            if (rollout.State is { IsTerminal: false } && !IsLeft(rollout.State))
                Blame(8, $"{rollout.Id} is left in {rollout.State.Stage}");
        }
    }

    public bool Faults(double rate) => !IsCalm && Dice.Chance(rate * _faults);

    public TimeSpan Lag() => Dice.Seconds(0.01, Faults(0.1) ? 40 : 0.5);

    public IEnumerable<IShopRollout> RolloutsOf(PassageId passage) => _rolloutsOf[passage];

    public ShopTarget TargetOf(SlotKey slot) => _slots[slot].Target;

    public VersionName? StableIn(SlotKey slot) => _slots[slot].State?.Stable?.Version;

    public void Log(IShopRollout rollout, Deed deed)
    {
        _done.Add(new(Now, rollout.Passage, rollout.Id.Slot.Service, deed));
        Say($"{rollout.Id} {deed}");
    }

    public void Blame(int invariant, string what) =>
        throw new InvalidOperationException($"seed {_seed}: invariant {invariant}: {what}");

    /// <summary>A rollout moves something: it must have the lease, and nobody else.</summary>
    public void Holds(IShopRollout rollout)
    {
        if (_slots[rollout.Id.Slot].State?.Holder?.Rollout.Id != rollout.Id)
            Blame(2, $"{rollout.Id} moves its slot without the lease");
    }

    /// <summary>Rung, or not; the news may be old when they are read.</summary>
    public void Ring(IShopRollout rollout)
    {
        var passage = Find(rollout.Passage);
        var (isLost, read) = (Faults(0.3), Read());
        if (read is not { } news) return;
        if (isLost)
        {
            Tally.Add(Met.LostRing);
            return;
        }

        Agenda.After(Lag(), () => passage.Take(new PassageInput.Heard([news])));
        if (Faults(0.2))
        {
            Tally.Add(Met.Doubled);
            Agenda.After(Dice.Seconds(1, 90), () => passage.Take(new PassageInput.Heard([news])));
        }

        PartNews? Read() => passage.State?.PartOf(rollout.Id) is { } part ? rollout.NewsAfter(part.Heard) : null;
    }

    public void Committed(
        ShopPassage passage, Row<PassageState> before, StepResult<PassageState>.Written written)
    {
        var (row, state) = (written.Row, written.Row.State!);
        Say($"{passage.Id} {state.Stage.GetType().Name} <- {written.Transition}");
        var due = row.Outbox.Where(entry => entry.IsPending).Select(entry => (DateTimeOffset?)entry.DueAt).Min();
        if (due is not null && (row.NextWake is null || row.NextWake > due))
            Blame(8, "an effect is due before it wakes");
        // Whoever waits for a slot is told by the slot, and whoever is held by a person.
        var waits = state.Stage is PassageStage.Leasing or PassageStage.Held or PassageStage.Ended
            or PassageStage.StoodUpon;
        if (row.NextWake is null && !waits && state.Phase != PassagePhase.Failed)
            Blame(8, $"nothing is scheduled in {state.Stage}");
        if (PassageReasons.Of(passage.Spec, state, Now).IsEmpty) Blame(8, $"nothing explains {state.Stage}");
        if (passage.Spec.Reverses is not null) JudgeReversal(passage, before.State, state);
        // Reading them takes longer than deciding: only where they may say what has to be known.
        if (state.Stage is not PassageStage.GoingBack && !IsTelling(written.Transition)) return;
        var events = passage.Happened;
        foreach (var happened in events) Meet(passage, before, happened);
        if (state.Stage is not PassageStage.GoingBack) return;
        foreach (var part in events.OfType<PassageEvent.UndoBegan>().Select(undo => state.PartOf(undo.Service)))
        {
            if (part.Happened?.UnknownUntil > Now) Blame(6, $"{part.Service} goes back before what may still arrive");
        }

        foreach (var planned in events.OfType<PassageEvent.Planned>())
        {
            if (planned.Plan.Number != (before.State?.Plans ?? 0) + 1) Blame(6, "plans are not numbered one by one");
            foreach (var step in planned.Plan.Steps.Where(step => step.Happened is { IsAny: false }))
                Blame(6, $"{step.Service} is in the plan, and nothing has happened there");
        }
    }

    private void Add(int number, Graph graph, Func<PassageSpec, PassageSpec> defect)
    {
        var share = _isCrowd ? 0.08 : Dice.Pick(0.5, 1);
        var version = VersionName.From(Dice.Chance(0.1) ? "2.0" : $"{number + 1}.0");
        ImmutableArray<ServiceName> chosen =
            [.. graph.Services.Where(_ => Dice.Chance(share)).DefaultIfEmpty(graph.Services[0])];
        var part = new Graph(
            chosen, [.. graph.Needs.Where(need => chosen.Contains(need.Service) && chosen.Contains(need.On))]);
        var release = ReleaseName.From(string.Create(CultureInfo.InvariantCulture, $"shop-{number}.0"));
        var spec = PassageScenario.SpecOf(part, Dice.Pick(1, 3, 10, 100));
        spec = spec with
        {
            Services = [.. spec.Services.Select(one => one with { Version = version, SpecHash = SpecHash })],
            Release = release,
            OnFailure = Dice.Pick(
                OnFailure.RollbackRelease, OnFailure.RollbackRelease, OnFailure.RollbackService, OnFailure.Hold),
            WhenBusy = _isCrowd
                ? WhenBusy.Queue
                : Dice.Pick(WhenBusy.Queue, WhenBusy.Queue, WhenBusy.Queue, WhenBusy.Supersede, WhenBusy.Reject),
        };
        spec = spec with { Stabilise = StabiliseOf(number) };
        var id = new PassageId(release, spec.Environment, 1);
        _passages.Add(new ShopPassage(this, id, spec, defect(spec), Dice.Between(-2, 2)));
        _passagesById[id] = _passages[^1];
        _rolloutsOf[id] = [];
    }

    private void Interfere(ShopPassage passage)
    {
        var actor = ActorName.From("anna");
        if (Dice.Chance(0.3))
            Agenda.After(Dice.Seconds(10, 2000), () => passage.Ask(new PassageInput.Abort(actor, null)));
        if (!Dice.Chance(0.2)) return;
        Agenda.After(Dice.Seconds(10, 600), () => passage.Ask(new PassageInput.Pause(actor, null)));
    }

    private void BreakALease()
    {
        var begun = _rollouts.Values
            .Where(rollout => rollout.News is { Stage: PartStage.Moving or PartStage.Verified }).ToList();
        if (begun.Count == 0) return;
        Tally.Add(Met.BrokenLease);
        begun[Dice.Between(0, begun.Count - 1)].Overtake();
    }

    private void Keep()
    {
        Agenda.After(TimeSpan.FromSeconds(5), Keep);
        foreach (var passage in _passages)
        {
            passage.Wake();
            if (!passage.IsOver) Help(passage);
        }

        foreach (var slot in _slots.Values) slot.Wake();
        if (_isWhole) KeepRollouts();
        if (_regrets is not null) Regret(_regrets);
    }

    // People look now and then at what needs them.
    private void Help(ShopPassage passage)
    {
        if (!Dice.Chance(0.1) || passage.State is not { } state) return;
        var actor = ActorName.From("anna");
        switch (state.Phase)
        {
            case PassagePhase.Paused:
                passage.Ask(Dice.Chance(0.8)
                    ? new PassageInput.Resume(actor, null)
                    : new PassageInput.Abort(actor, null));
                break;
            case PassagePhase.Failed:
                var stuck = state.Parts.First(part => part.Stage is PartStage.Stuck);
                // Where requests go of what was left half way back no slot knows, so people go on with that.
                passage.Ask(Dice.Chance(0.9) || passage.Spec.Reverses is not null
                    ? new PassageInput.Retry(actor, null)
                    : new PassageInput.Leave(stuck.Service, actor, null));
                break;
            case PassagePhase.Progressing:
                // Where only one service was to go back, its own people get it going again.
                foreach (var stopped in RolloutsOf(passage.Id)
                    .Where(rollout => rollout.News?.Stage is PartStage.Stuck).ToList())
                {
                    stopped.Retry();
                }

                break;
            default:
                break;
        }
    }

    private void Judge(ShopPassage passage)
    {
        passage.Replay();
        var order = new PassageDecider(passage.Spec).Order;
        var needs = passage.Spec.Services.ToDictionary(
            service => service.Service,
            service => (IReadOnlySet<ServiceName>)order.Forward
                .Where(on => order.AllAfter(on).Contains(service.Service)).ToHashSet());
        var left = passage.State!.Parts.Where(part => part.Stage is PartStage.Left).Select(part => part.Service)
            .ToHashSet();
        var log = AsIfBegun(passage, order).Concat(_done.Where(done => done.Passage == passage.Id)).ToList();
        var wentBack = passage.State.Phase is PassagePhase.RolledBack or PassagePhase.Cancelled
            or PassagePhase.Superseded;
        foreach (var problem in Checker.Problems(log, needs, wentBack, left)) Blame(6, $"{passage.Id}: {problem}");
        if (passage.State.Phase == PassagePhase.Succeeded
            && passage.Spec.Services.Any(service => !log.Any(done =>
                done.Service == service.Service && done.Deed == Deed.Verified)))
        {
            Blame(5, $"{passage.Id} has succeeded without having verified everything");
        }
    }

    // What got stuck and a person leaves as it is stays so.
    private bool IsLeft(RolloutState rollout) => rollout is { Stage: Stage.Stuck, Passage: { } passage }
        && Find(passage).State?.PartOf(rollout.Id)?.Stage is PartStage.Left;

    private ShopPassage Find(PassageId id) => _passagesById[id];

    private IEnumerable<string> Unfinished() => _passages.Where(passage => !passage.IsOver)
        .Select(passage => $"{passage.Id} {Vocabulary.Write(passage.State)}");

    public void Say(string what) => Trace?.Add(string.Create(
        CultureInfo.InvariantCulture, $"{(Now - Start).TotalSeconds,9:0.000} {what}"));
}
