using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>People who take back what has completed.</summary>
internal sealed partial class Shop
{
    private static readonly UndoLimits Limits =
        new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10));

    private readonly HashSet<PassageId> _looked = [];
    private readonly Dice? _regrets;
    private readonly Graph _graph;
    private int _regretted;

    /// <summary>How often each answer was given.</summary>
    public SortedDictionary<string, int> Answers { get; } = new(StringComparer.Ordinal);

    private bool IsToBeRegretted =>
        _regretted > 0 || (_regrets is not null && _passages.Any(passage => !_looked.Contains(passage.Id)));

    public ReversalGround GroundOf(PassageId passage)
    {
        var slots = _slots.Values.Select(slot => slot.State!).ToList();
        return new(
            passage, new BuiltOn(passage.Release, slots, NeedsOf),
            _passagesById.ToDictionary(one => one.Key, one => one.Value.Spec), DependsOn, (_, _) => null, _ => Limits);
    }

    private IEnumerable<ServiceName> DependsOn(ServiceName service) =>
        _graph.Needs.Where(need => need.Service == service).Select(need => need.On);

    private IEnumerable<ServiceName> NeedsOf(ServiceName service, StableVersion stable) => DependsOn(service).Concat(
        stable.Passage is { } by ? _passagesById[by].Spec.Services.Select(entry => entry.Service) : []);

    private void Regret(Dice dice)
    {
        foreach (var passage in _passages.Where(one => one.IsOver && _looked.Add(one.Id)).ToList())
        {
            if (passage.State is not { HasCompleted: true }) continue;
            if (passage.Spec.Reverses is null && passage.Id.Number < 4 && dice.Chance(0.2))
            {
                _regretted++;
                Agenda.After(dice.Seconds(10, 1500), () =>
                {
                    _regretted--;
                    GoOnceMore(passage.Id);
                });
            }

            if (!dice.Chance(0.7)) continue;
            var when = dice.Pick(WhenBuiltOn.Refuse, WhenBuiltOn.Include, WhenBuiltOn.Include, WhenBuiltOn.Hold);
            _regretted++;
            Agenda.After(dice.Seconds(10, 1500), () =>
            {
                _regretted--;
                TakeBack(passage.Id, when);
            });
        }
    }

    private void TakeBack(PassageId completed, WhenBuiltOn when)
    {
        var ground = GroundOf(completed);
        var refusal = ground.Refuse(when);
        var (spec, no) = refusal is null ? ground.Plan(when, null) : (null, refusal);
        var answer = (refusal ?? no)?.Code ?? $"{when}{(ground.On.By.IsEmpty ? "" : ", stood upon")}";
        Answers[answer] = Answers.GetValueOrDefault(answer) + 1;
        Say($"take back {completed}, {when}: {answer} {string.Join("; ", ground.On.By)}");
        if (spec is null) return;
        BeginNext(completed.Release, spec, Rank.HighestPriority);
    }

    // What others have moved since is brought back by it, over what they have brought.
    private void GoOnceMore(PassageId completed)
    {
        if (_passages.Any(one => one.Id.Release == completed.Release && !one.IsOver)) return;
        Say($"{completed} goes once more");
        BeginNext(completed.Release, _passagesById[completed].Spec, priority: 0);
    }

    private void BeginNext(ReleaseName release, PassageSpec spec, int priority)
    {
        var before = _passages.Where(one => one.Id.Release == release).MaxBy(one => one.Id.Number)!.Id;
        var id = before with { Number = before.Number + 1 };
        var passage = new ShopPassage(this, id, spec, spec, priority);
        _passages.Add(passage);
        _passagesById[id] = passage;
        _rolloutsOf[id] = [];
        passage.Begin();
    }

    // What it takes back was carried through by others, in that order.
    private static IEnumerable<Done> AsIfBegun(ShopPassage passage, ReleaseOrder order) =>
        from service in order.Forward
        where passage.Spec.Reverses is not null && passage.State!.Phase == PassagePhase.RolledBack
        from deed in passage.State!.PartOf(service).Stage is PartStage.Back && !IsNeedless(passage, service)
            ? new[] { Deed.Begun, Deed.Deployed, Deed.Exposed, Deed.Verified }
            : [Deed.Begun, Deed.Verified]
        select new Done(Start, passage.Id, service, deed);

    private void JudgeReversal(ShopPassage passage, PassageState? before, PassageState state)
    {
        if (before?.Stage is PassageStage.Looking && state.Stage is PassageStage.GoingBack) JudgeWhoStands(passage);
        // From its end on others may have its slots.
        if (!_isWhole || before?.IsTerminal == true) return;
        if (state.Stage is not PassageStage.Ended { As: PassagePhase.RolledBack }) return;
        foreach (var part in state.Parts.Where(part => part.Stage is PartStage.Back))
        {
            if (IsNeedless(passage, part.Service) || passage.WasBack.Contains(part.Service)) continue;
            var to = passage.Spec.Services.First(one => one.Service == part.Service).Reverses!.To!.Version;
            if (!TargetOf(passage.Spec.SlotOf(part.Service)).Serves(to))
                Blame(6, $"{part.Service} was taken back to {to}, which has no requests");
        }
    }

    // By what needs what, and by what is stable where since when; without any of the rules.
    private void JudgeWhoStands(ShopPassage passage)
    {
        var reverses = passage.Spec.Reverses!;
        if (reverses.Waits) return;
        var moved = passage.State!.Parts.Where(part => part.Stage is not PartStage.Left)
            .Select(part => part.Service).ToHashSet();
        foreach (var entry in passage.Spec.Services)
        {
            if (passage.State!.PartOf(entry.Service).Stage is PartStage.Left) continue;
            var (from, to) = (entry.Reverses!.From, entry.Reverses.To!);
            var slot = _slots[passage.Spec.SlotOf(entry.Service)].State!;
            if (slot.Stable != from) Blame(6, $"{entry.Service} is stable at {slot.Stable}, and {from} is taken back");
            if (slot.Before!.Value.IndexOf(to) < 0) Blame(6, $"{to} was never stable in {slot.Slot} before");
            foreach (var other in _slots.Values.Select(one => one.State!).Where(one =>
                one.Stable is { Bringer: not null } && one.Stable.Since > from.Since
                && !moved.Contains(one.Slot.Service)))
            {
                if (_graph.Needs.Any(need => need.Service == other.Slot.Service && need.On == entry.Service))
                    Blame(4, $"{other.Slot} needs {entry.Service}, which is taken back under it");
            }
        }
    }

    private static bool IsNeedless(ShopPassage passage, ServiceName service) =>
        passage.Spec.Services.First(one => one.Service == service).Reverses!.IsNeedless;
}
