using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 16: who is held by a finding does not advance; nobody is held for more than five minutes after the last one; a way
/// back is never held; and who is blamed goes back, or had ended.
/// </summary>
internal sealed class FindingsHoldForAWhile(World world) : Invariant(16)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Dictionary<SlotKey, DateTimeOffset> _toldAt = [];
    private readonly HashSet<SlotKey> _holding = [];

    public override void OnCommitted(Commit commit)
    {
        if (commit.Read.Input is RolloutInput.Attributed { Finding: var finding }) Take(finding);
        foreach (var happened in commit.Read.Events) Take(happened, commit);
        var begun = commit.Read.Effects.Concat(commit.Read.Attempts.Select(attempt => attempt.Effect));
        foreach (var effect in begun.Where(effect => effect.Direction == Direction.Forward))
            Require(_holding.Count == 0, $"{effect.Action} was begun while {string.Join(", ", _holding)} held it");
        foreach (var slot in _holding)
        {
            Require(commit.Now < _toldAt[slot] + Longest, $"{slot} holds it since {_toldAt[slot]:HH:mm:ss}");
            Require(commit.After.NextWake <= _toldAt[slot] + Longest, $"nobody would look when {slot} holds no more");
        }

        RequireBack(commit.State);
    }

    public override void OnEnd()
    {
        Require(_holding.Count == 0, $"{string.Join(", ", _holding)} holds it for ever");
        RequireBack(world.Store.Row.State!);
    }

    private void RequireBack(RolloutState state) => Require(
        !world.Findings.IsBlamed || (!state.MayMove && state.Phase != Phase.Succeeded),
        $"it was blamed and is in {state.Stage}");

    // One that is made by a clock that is ahead counts from now on.
    private void Take(Finding finding)
    {
        var at = finding.At < world.Now ? finding.At : world.Now;
        if (!_toldAt.TryGetValue(finding.Slot, out var before) || at > before) _toldAt[finding.Slot] = at;
    }

    private void Take(RolloutEvent happened, Commit commit)
    {
        switch (happened)
        {
            case RolloutEvent.HeldByFinding held:
                Require(
                    commit.Before.State?.Stage is Stage.Moving or Stage.Held,
                    $"{held.Degraded} holds it in {commit.Before.State?.Stage}");
                _holding.Add(held.Degraded);
                break;
            case RolloutEvent.FindingLifted lifted:
                Require(_holding.Remove(lifted.Degraded), $"{lifted.Degraded} did not hold it");
                break;
            case RolloutEvent.ResumedByPerson or RolloutEvent.WentBack or RolloutEvent.Finished:
                _holding.Clear();
                break;
            case RolloutEvent.StepEntered entered when _holding.Count > 0:
                // What was under way when it was held comes to its end.
                Require(
                    commit.Read.Input is RolloutInput.OutcomeReported { Report.Outcome: Outcome.Applied },
                    $"step {entered.Step} began while {string.Join(", ", _holding)} held it");
                break;
            default:
                break;
        }
    }
}
