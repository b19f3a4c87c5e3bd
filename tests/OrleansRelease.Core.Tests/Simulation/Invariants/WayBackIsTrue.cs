using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 6: an executed way back undoes, in inverse order, what happened or may have happened, and touches nothing else. When
/// it is over the outside is as it was, and nothing that is still on its way can change that.
/// </summary>
internal sealed class WayBackIsTrue(World world) : Invariant(6)
{
    private readonly Dictionary<int, (EffectAction Action, int Attempts, int AnsweredNo)> _forward = [];
    private readonly List<UndoStep> _done = [];
    private WayBack? _plan;
    private int? _next;

    public override void OnCommitted(Commit commit)
    {
        TakeReport(commit);
        foreach (var happened in commit.Read.Events) Take(happened, commit);
        foreach (var attempt in commit.Read.Attempts.Where(a => a.Effect.Direction == Direction.Forward))
        {
            var before = _forward.GetValueOrDefault(attempt.Effect.Ordinal);
            _forward[attempt.Effect.Ordinal] = (attempt.Effect.Action, before.Attempts + 1, before.AnsweredNo);
        }

        foreach (var effect in commit.Read.Effects.Where(effect => effect.Direction == Direction.Back))
        {
            if (IsBeside(effect, commit.State.Stage)) continue;
            Require(_plan is not null && _done.Count < _plan.Steps.Length, $"{effect.Action} is in no plan");
            var step = _plan!.Steps[_done.Count];
            Require(IsFor(step, effect.Action), $"{effect.Action} instead of {step}");
            _next = effect.Ordinal;
        }
    }

    public override void OnEnd()
    {
        var state = world.Store.Row.State;
        if (world.WasTakenOver || state?.Stage is not Stage.Ended ended) return;
        var (outside, router, target) = (world.Outside, world.Outside.Router, world.Outside.Target);
        var runs = outside.Runs(outside.Candidate);
        foreach (var hook in world.Spec.Hooks) CheckEnd(hook, ended.As);
        if (ended.As == Phase.Succeeded)
        {
            Require(outside.Share == 1 && runs, $"it succeeded with {outside.Share:P} on the new version");
        }
        else
        {
            Require(outside.Share == 0, $"it ended {ended.As} with {outside.Share:P} on the new version");
            Require(!runs, $"it ended {ended.As} and the new version runs");
            Require(
                outside.Baseline is not { } baseline || outside.Runs(baseline),
                $"it ended {ended.As} without its baseline");
        }

        foreach (var attempt in world.Runner.MayArrive)
        {
            var late = attempt.Effect;
            Require(!world.Runner.WouldAct(attempt), $"{late.Fence} {late.Action} could still change something: "
                + $"router {router.Accepted}, target {target.Accepted}");
        }
    }

    private void CheckEnd(HookSpec hook, Phase phase)
    {
        var holds = world.Outside.Hooks.Holding.Contains(hook.Name);
        if (phase == Phase.Succeeded) Require(holds, $"it succeeded and {hook.Name} was not done");
        else Require(!holds || hook.Undo is null, $"it ended {phase} and {hook.Name} was not undone");
    }

    private void TakeReport(Commit commit)
    {
        if (commit.Read.Input is not RolloutInput.OutcomeReported { Report: var report }) return;
        if (!_forward.TryGetValue(report.Ordinal, out var known)) return;
        if (report.Outcome is not (Outcome.NotApplied or Outcome.Refused or Outcome.NotBegun)) return;
        var isAwaited = commit.Before.Outbox.Any(e =>
            e.Effect.Ordinal == report.Ordinal && e.IsPending && e.Running && e.Attempt == report.Attempt);
        if (isAwaited) _forward[report.Ordinal] = known with { AnsweredNo = known.AnsweredNo + 1 };
    }

    private void Take(RolloutEvent happened, Commit commit)
    {
        switch (happened)
        {
            case RolloutEvent.WentBack back:
                Require(_plan is null, "it went back twice");
                _plan = back.Plan;
                Check(back.Plan);
                break;
            case RolloutEvent.Undone:
                Require(
                    commit.Read.Input is RolloutInput.OutcomeReported { Report: { Outcome: Outcome.Applied } report }
                    && report.Ordinal == _next, "a step back counts as done without its effect being applied");
                _done.Add(_plan!.Steps[_done.Count]);
                break;
            case RolloutEvent.Finished { As: Phase.Cancelled or Phase.Superseded, Cause: not Cause.Overtaken }:
                Require(_plan is null && !Happened().Any(), "it ended as if nothing had been touched");
                break;
            case RolloutEvent.Finished { As: Phase.RolledBack }:
                Require(_done.Count == _plan?.Steps.Length, $"it is rolled back after {_done.Count} steps");
                break;
            default:
                break;
        }
    }

    // Requests where they were changed last, all else where it was done first, the newest of these first.
    private void Check(WayBack plan)
    {
        var wanted = Happened().GroupBy(one => one.What)
            .Select(same => same.Key == "RestoreTraffic" ? same.Last() : same.First())
            .OrderByDescending(one => one.Ordinal)
            .SelectMany<(int Ordinal, string What), string>(one =>
                one.What == "RestoreTraffic" && world.Outside.Baseline is not null
                    ? ["EnsureBaseline", one.What]
                    : [one.What]);
        var found = plan.Steps
            .Select(step => step is UndoStep.UndoHook undo ? undo.Hook : step.GetType().Name).ToList();
        Require(
            found.SequenceEqual(wanted), $"the plan is {string.Join(", ", found)}, not {string.Join(", ", wanted)}");
    }

    private IEnumerable<(int Ordinal, string What)> Happened() =>
        from effect in _forward
        where effect.Value.AnsweredNo < effect.Value.Attempts
        orderby effect.Key
        let what = effect.Value.Action switch
        {
            EffectAction.SetTraffic => "RestoreTraffic",
            EffectAction.Deploy => "RetireCandidate",
            EffectAction.RunHook run when world.Spec.HookOf(run.Hook).Undo is not null => run.Hook,
            _ => null,
        }
        where what is not null
        select (effect.Key, what);

    // Load is shed and let through again beside the step that sees to the instances, and nothing waits for it.
    private static bool IsBeside(Effect effect, Stage stage) =>
        effect.Action is EffectAction.SetTraffic { Split.CandidateWeight.BasisPoints: 0, IsBeside: true }
        && stage switch
        {
            Stage.GoingBack { Shed: { } shed } back =>
                shed.Ordinal == effect.Ordinal && back.Plan.Steps[back.Done] is UndoStep.EnsureBaseline,
            Stage.Stuck { Shed: { } shed } => shed.Ordinal == effect.Ordinal,
            _ => false,
        };

    private bool IsFor(UndoStep step, EffectAction action) => (step, action) switch
    {
        (UndoStep.EnsureBaseline, EffectAction.Deploy deploy) =>
            deploy.Version == world.Outside.Baseline && deploy.SpecHash == World.BaselineSpecHash,
        (UndoStep.RestoreTraffic, EffectAction.SetTraffic traffic) => traffic.Split.CandidateWeight.BasisPoints == 0,
        (UndoStep.RetireCandidate, EffectAction.Retire retire) => retire.Version == world.Outside.Candidate,
        (UndoStep.UndoHook undone, EffectAction.UndoHook undo) => undone.Hook == undo.Hook,
        _ => false,
    };
}
