using System.Collections.Immutable;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// The store is put back to an earlier moment, and the world is where it was. People know of that only what is
/// explained to them.
/// </summary>
internal sealed partial class Shop
{
    private static readonly TimeSpan CalmAgain = TimeSpan.FromMinutes(10);

    private static readonly ActorName Anna = ActorName.From("anna");

    private readonly HashSet<SlotKey> _acceptedAsShared = [];
    private Dice? _restoring;

    /// <summary>What was wanted after the restore, and how often.</summary>
    public SortedDictionary<string, int> Told { get; } = new(StringComparer.Ordinal);

    /// <summary>Which releases somebody has aborted at once after the restore.</summary>
    public HashSet<PassageId> Aborted { get; } = [];

    /// <summary>How many ways back of what had completed were under way by the record that was restored.</summary>
    public int ReversalsRestored { get; private set; }

    private Dice Restoring => _restoring ??= new Dice(_seed ^ 0x2e57_07e);

    public void RunAndRestore(bool abort = false)
    {
        Begin();
        var backupAt = BackupAt();
        RunUntil(backupAt);
        var backup = Backup();
        RunUntil(backupAt + Restoring.Seconds(0, Restoring.Chance(0.3) ? 20 : 900));
        Agenda.Clear();
        backup();
        Epoch++;
        _calm = Now + CalmAgain - Start;
        Say("RESTORED");
        foreach (var passage in _passages) passage.Restored();
        ReversalsRestored = _passages.Count(one => one is { Spec.Reverses: not null, IsOver: false });
        foreach (var passage in _passages.Where(passage => passage.State is null))
            Agenda.After(Restoring.Seconds(1, 300), passage.Begin);
        Agenda.After(TimeSpan.FromSeconds(1), Keep);
        if (abort) AbortAll();
        RunToTheEnd();
    }

    /// <summary>
    /// Whether something that it stands on is not known to be there, or its release goes back, as the shell asks it.
    /// </summary>
    public bool DoubtsGroundOf(WholeRollout rollout)
    {
        if (Epoch == 1 || rollout.State?.Passage is not { } id) return false;
        var passage = Find(id);
        return !Ground.IsForward(passage.State!) || Ground.Of(passage.Spec, passage.State!, rollout.Id)
            .Any(other => _rollouts.GetValueOrDefault(other) is not WholeRollout ground
                || !Ground.Holds(ground.Row, Epoch));
    }

    /// <summary>After a restore: whatever goes forward stands on what has all requests.</summary>
    public void StandsOnWhatIsThere(WholeRollout rollout)
    {
        if (Epoch == 1 || rollout.State?.Passage is not { } id) return;
        var passage = Find(id);
        foreach (var service in Ground.Of(passage.Spec, rollout.Id.Slot.Service))
        {
            if (passage.State!.PartOf(service).Stage is PartStage.Left) continue;
            var version = passage.Spec.Services.First(one => one.Service == service).Version;
            if (!TargetOf(passage.Spec.SlotOf(service)).IsWhole(version))
                Blame(4, $"{rollout.Id} goes forward, and {service} {version} is not there");
        }
    }

    /// <summary>
    /// After a restore: whatever its release takes back has nothing of that standing on it. One that goes back alone
    /// asks nobody.
    /// </summary>
    public void IsStoodOnByNobody(WholeRollout rollout)
    {
        if (Epoch == 1 || rollout.State is not { Passage: { } id } state) return;
        if (state.Stage is not Stage.GoingBack { Cause: Cause.ReleaseTakenBack }) return;
        var passage = Find(id);
        if (passage.State!.Stage is not PassageStage.GoingBack) return;
        foreach (var entry in passage.Spec.Services)
        {
            var part = passage.State.PartOf(entry.Service);
            var isOn = Ground.Of(passage.Spec, entry.Service).Contains(rollout.Id.Slot.Service);
            // Where it was stable before, nothing of it is taken back.
            if (!isOn || part.Stage is PartStage.Left || part.Grant?.Baseline == entry.Version) continue;
            if (TargetOf(passage.Spec.SlotOf(entry.Service)).Has(entry.Version))
                Blame(6, $"{rollout.Id} goes back under {entry.Service} {entry.Version}, which has requests");
        }
    }

    // Mostly while something is taken back that has completed, where people do that: else hardly ever.
    private DateTimeOffset BackupAt()
    {
        if (_regrets is null || Restoring.Chance(0.3)) return Start + Restoring.Seconds(5, 500);
        while (!_passages.Any(passage => passage is { Spec.Reverses: not null, IsOver: false })
            && Agenda.Next(Start + TimeSpan.FromHours(2)))
        {
        }

        return Now + Restoring.Seconds(0, 30);
    }

    private void RunUntil(DateTimeOffset then)
    {
        while (Agenda.Next(then))
        {
        }
    }

    private Action Backup()
    {
        var rollouts = _rollouts.ToDictionary(one => one.Key, one => one.Value);
        var of = _rolloutsOf.ToDictionary(one => one.Key, one => one.Value.ToList());
        var (passages, looked) = (_passages.ToList(), _looked.ToList());
        Action[] back =
        [
            .. _slots.Values.Select(slot => slot.Backup(_ => true)),
            .. _passages.Select(passage => passage.Backup(_ => false)),
            .. _rollouts.Values.OfType<WholeRollout>().Select(one => one.Backup(state => !state.Phase.IsOver)),
        ];
        return () =>
        {
            _rollouts.Clear();
            foreach (var (id, rollout) in rollouts) _rollouts.Add(id, rollout);
            foreach (var (id, list) in of) _rolloutsOf[id] = list;
            // What people were about to take back is forgotten with the rest.
            _passages.Clear();
            _passages.AddRange(passages);
            _looked.IntersectWith(looked);
            _regretted = 0;
            foreach (var one in back) one();
        };
    }

    private void AbortAll()
    {
        foreach (var passage in _passages.Where(one => one.State is { IsTerminal: false }))
        {
            Agenda.After(Restoring.Seconds(1, 60), () =>
            {
                if (passage.Ask(new PassageInput.Abort(Anna, null)) is null) Aborted.Add(passage.Id);
            });
        }
    }

    // Each does now and then one of the things that are named to him.
    private void HelpByWhatIsExplained()
    {
        foreach (var passage in _passages.Where(one => one.State is not null && !one.IsOver).ToList())
        {
            if (!Restoring.Chance(0.05)) continue;
            Do(Of(passage).Moves, passage);
        }

        var alone = _rollouts.Values.OfType<WholeRollout>()
            .Where(one => one.State is { IsTerminal: false, Passage: null, Restored: Restored.Differs }).ToList();
        foreach (var rollout in alone)
        {
            if (Restoring.Chance(0.05)) Do([.. rollout.Explain().Moves], passage: null);
        }

        // A doctor lists every slot that differs. Where a release waits, that one has to say so.
        var slots = _slots.Values
            .Where(one => one.State is { Holder: null, Restored: Restored.Differs, Claims.Waiting.IsEmpty: true })
            .ToList();
        foreach (var slot in slots)
        {
            if (Restoring.Chance(0.05)) Accept(slot);
        }
    }

    private PassageExplanation Of(ShopPassage passage)
    {
        var state = passage.State!;
        var doubts = ImmutableArray.CreateBuilder<Doubt>();
        if (state.Stage is PassageStage.Leasing && state.Parts.FirstOrDefault(part => part.Grant is null) is { } next
            && Doubt.Of(_slots[passage.Spec.SlotOf(next.Service)].State!) is { } shut)
        {
            doubts.Add(shut);
        }

        doubts.AddRange(state.Parts
            .Where(part => part.HasBegun && part.Stage is not (PartStage.Back or PartStage.Left))
            .Select(part => _rollouts.GetValueOrDefault(part.Grant!.Rollout)).OfType<WholeRollout>()
            .Where(rollout => rollout.State is { IsTerminal: false } && PartOf.IsDoubted(rollout.Row, Epoch))
            .Select(rollout => Doubt.Of(rollout.Explain())));
        return ExplainPassage.Of(passage.Spec, passage.Row, _ => null, Now, null, doubts.ToImmutable());
    }

    private void Do(ImmutableArray<Move> moves, ShopPassage? passage)
    {
        var named = moves.Where(move => move.By == MovedBy.You).Select(move => move.Command!.Split(' '))
            .Where(words => words[2] is not ("pause" or "promote" or "rollback"))
            .Where(words => words[2] != "leave" || Restoring.Chance(0.2))
            .Where(words => words[2] != "abort" || Restoring.Chance(0.1)).ToList();
        if (named.Count == 0) return;
        var words = named[Restoring.Between(0, named.Count - 1)];
        var what = $"{words[1]} {words[2]}";
        Told[what] = Told.GetValueOrDefault(what) + 1;
        Say($"anna: {string.Join(' ', words)}");
        switch (words[1])
        {
            case "slot":
                Accept(_slots.Values.Single(slot => $"{slot.Key.Service}" == words[3]));
                break;
            case "rollout":
                ((WholeRollout)_rollouts[RolloutId.From(words[3])]).Told(words[2]);
                break;
            case "release":
                passage!.Ask(words[2] switch
                {
                    "abort" => new PassageInput.Abort(Anna, null),
                    "retry" => new PassageInput.Retry(Anna, null),
                    "resume" => new PassageInput.Resume(Anna, null),
                    _ => new PassageInput.Leave(ServiceName.From(words[^1]), Anna, null),
                });
                break;
            default:
                break;
        }
    }

    private void Accept(ShopSlot slot)
    {
        var seen = ((Restored.Differs)slot.State!.Restored!).Seen;
        if (seen.Whole() is null) _acceptedAsShared.Add(slot.Key);
        slot.Accept();
    }

    private void JudgeRestored()
    {
        var left = _rollouts.Values.OfType<WholeRollout>()
            .Where(rollout => rollout.State is { Phase: Phase.Superseded }).Select(rollout => rollout.Id.Slot)
            .Concat(_acceptedAsShared).ToHashSet();
        foreach (var slot in _slots.Values.Where(slot => slot.State!.Restored is null && !left.Contains(slot.Key)))
        {
            if (slot.State!.Stable is { } stable && !slot.Target.IsWhole(stable.Version))
                Blame(6, $"{slot.Key} is to be at {stable.Version}, and is not");
        }

        foreach (var passage in _passages.Where(one => Aborted.Contains(one.Id)))
        {
            if (passage.State!.Phase is not (PassagePhase.RolledBack or PassagePhase.Cancelled))
                Blame(12, $"{passage.Id} was aborted, and is {passage.State!.Phase}");
        }
    }
}
