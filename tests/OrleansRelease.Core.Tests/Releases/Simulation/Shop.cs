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
using OrleansRelease.Core.Tests.Simulation.Invariants;

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

    /// <summary>Until when somebody may start a rollout of no release.</summary>
    private static readonly TimeSpan Alone = TimeSpan.FromMinutes(10);

    /// <summary>How many of the worlds with real rollouts have more than a few services.</summary>
    private const double LargeShare = 0.15;

    private readonly Dictionary<SlotKey, ShopSlot> _slots = [];
    private readonly Dictionary<SlotKey, RolloutSpec> _specs = [];
    private readonly Dictionary<RolloutId, IShopRollout> _rollouts = [];
    private readonly Dictionary<PassageId, List<IShopRollout>> _rolloutsOf = [];
    private readonly Dictionary<PassageId, ShopPassage> _passagesById = [];
    private readonly List<ShopPassage> _passages = [];
    private readonly List<Done> _done = [];
    private readonly int _seed;
    private readonly bool _isCrowd;
    private readonly bool _isWhole;
    private readonly double _faults;
    private TimeSpan _calm = TimeSpan.FromMinutes(40);

    /// <param name="seed">From which the world is made.</param>
    /// <param name="defect">What is planted in it.</param>
    /// <param name="crowd">So many small releases at once, in a world without faults; 0: a few of any size.</param>
    /// <param name="whole">With real rollouts, most of few services.</param>
    /// <param name="reversals">People take back what has completed, and others are built on it until then.</param>
    /// <param name="alone">Of one release only.</param>
    public Shop(
        int seed, ShopDefect? defect = null, int crowd = 0, bool whole = false, bool reversals = false,
        bool alone = false)
    {
        Defect = defect ?? new ShopDefect();
        (People, Freezes) = (new Dice(seed ^ 0x9e09_1e), new Tests.Simulation.Freezes(seed, Start));
        _regrets = reversals ? new Dice(-seed) : null;
        (_seed, Dice, Agenda) = (seed, new Dice(seed), new Agenda(Start));
        (_isCrowd, _isWhole) = (crowd > 0, whole);
        _faults = _isCrowd ? 0 : Dice.Pick(0.0, 0.3, 1.0, 2.0);
        Fairness = _isCrowd ? new Fairness() : null;
        FailureRate = Dice.Pick(0.0, 0.02, 0.1);
        StuckRate = _isCrowd ? 0 : Dice.Pick(0.0, 0.1, 0.5);
        var graph = Graph.OfASeed(seed, _isCrowd ? 40 : _isWhole ? SizeOf(seed, Dice.Between(2, 8)) : null);
        _graph = graph;
        // Dice of its own: how a service is rolled out changes nothing of what else a seed brings.
        var specs = new Dice(seed ^ 0x59ec);
        foreach (var service in graph.Services)
        {
            var key = new SlotKey(service, EnvironmentName.From("production"));
            _slots[key] = new ShopSlot(this, key);
            _specs[key] = ShopSpec.Make(specs);
        }

        var releases = _isCrowd ? crowd : alone ? 1 : Dice.Between(1, 4);
        for (var number = 1; number <= releases; number++) Add(number, graph);
    }

    public Dice Dice { get; }

    public Agenda Agenda { get; }

    /// <summary>
    /// What people do whom nobody counts on, and what is not quite ready. Dice of its own: they change nothing of what
    /// else a seed brings.
    /// </summary>
    public Dice People { get; }

    public Tests.Simulation.Freezes Freezes { get; }

    public ShopDefect Defect { get; }

    /// <summary>Who waited for whom, where a crowd wants the same slots; null elsewhere.</summary>
    public Fairness? Fairness { get; }

    /// <summary>Whether its rollouts are real.</summary>
    public bool IsWhole => _isWhole;

    public int Services => _graph.Services.Length;

    public DateTimeOffset Now => Agenda.Now;

    /// <summary>Of its store: 2 after that was restored.</summary>
    public int Epoch { get; private set; } = 1;

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

    private bool IsCalm => Now >= Start + _calm;

    public void Run()
    {
        Begin();
        RunToTheEnd();
    }

    private void Begin()
    {
        foreach (var passage in _passages)
        {
            Agenda.After(Dice.Seconds(0, _regrets is null ? 300 : 1500), passage.Begin);
            if (!_isCrowd) Interfere(passage);
        }

        if (!_isCrowd && Dice.Chance(0.1)) Agenda.After(Dice.Seconds(60, 1200), BreakALease);
        if (_isWhole) StartSomeAlone();
        Agenda.After(TimeSpan.FromSeconds(5), Keep);
    }

    private void RunToTheEnd()
    {
        var end = Start + TimeSpan.FromDays(3);
        while (_passages.Any(passage => !passage.IsOver) || IsToBeRegretted
            || (_isWhole && (Now < Start + Alone || _slots.Values.Any(slot => !slot.IsFree))))
        {
            if (Agenda.Next(end)) continue;
            Blame(8, "it never comes to its end: " + string.Join("; ", Unfinished()));
            break;
        }

        // What was still on its way arrives.
        var rest = Now + TimeSpan.FromMinutes(10);
        while (Agenda.Next(rest))
        {
        }

        foreach (var passage in _passages) Judge(passage);
        if (Epoch > 1) JudgeRestored();
        Tally.Add(Met.SharedSlot, _done.Where(done => done.Deed == Deed.Begun)
            .GroupBy(done => done.Service).Count(slot => slot.Select(done => done.Passage).Distinct().Count() > 1));
        foreach (var slot in _slots.Values.Where(slot => !slot.IsFree))
            Blame(8, $"{slot.Key} was never given back by {slot.State!.Holder}");
        if (!_isWhole) return;
        foreach (var slot in _slots.Values) slot.Replay();
        foreach (var rollout in _rollouts.Values.OfType<WholeRollout>())
        {
            rollout.Replay();
            rollout.Judged.End();
            if (rollout.State is { IsTerminal: false } && !IsLeft(rollout.State))
                Blame(8, $"{rollout.Id} is left in {rollout.State.Stage}");
        }
    }

    public bool Faults(double rate) => !IsCalm && Dice.Chance(rate * _faults);

    public TimeSpan Lag(List<(DateTimeOffset At, DateTimeOffset Until)>? disturbed = null)
    {
        if (!Faults(0.1)) return Dice.Seconds(0.01, 0.5);
        var lag = Dice.Seconds(0.01, 40);
        disturbed?.Add((Now, Now + lag));
        return lag;
    }

    public IEnumerable<IShopRollout> RolloutsOf(PassageId passage) => _rolloutsOf[passage];

    public RolloutSpec SpecOf(SlotKey slot) => _specs[slot];

    public ShopTarget TargetOf(SlotKey slot) => _slots[slot].Target;

    public VersionName? StableIn(SlotKey slot) => _slots[slot].State?.Stable?.Version;

    public void Log(IShopRollout rollout, Deed deed)
    {
        _done.Add(new(Now, rollout.Passage, rollout.Id.Slot.Service, deed));
        Say($"{rollout.Id} {deed}");
    }

    public void Blame(int invariant, string what)
    {
        if (invariant != Defect.Unjudged) throw new InvariantViolation(invariant, $"seed {_seed}: {what}");
    }

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
        if (_isCrowd) Tell(Fairness!, passage);
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

    // One in so many is as large as those without real rollouts may be; those take most of the time.
    private static int SizeOf(int seed, int small)
    {
        var dice = new Dice(seed ^ 0x60_5e41);
        return dice.Chance(LargeShare) ? dice.Between(9, 60) : small;
    }

    private void Add(int number, Graph graph)
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
        _passages.Add(new ShopPassage(this, id, spec, Defect.Told(spec), Dice.Between(-2, 2)));
        _passagesById[id] = _passages[^1];
        _rolloutsOf[id] = [];
    }

    private ShopPassage Find(PassageId id) => _passagesById[id];

    private IEnumerable<string> Unfinished() => _passages.Where(passage => !passage.IsOver)
        .Select(passage => $"{passage.Id} {Vocabulary.Write(passage.State)}");

    public void Say(string what) => Trace?.Add(string.Create(
        CultureInfo.InvariantCulture, $"{(Now - Start).TotalSeconds,9:0.000} {what}"));
}
