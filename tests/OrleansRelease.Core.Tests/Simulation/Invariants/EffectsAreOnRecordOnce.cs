using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 7: every effect is on record exactly once, each attempt claimed once and before it is made; a second execution of
/// the same effect changes nothing.
/// </summary>
internal sealed class EffectsAreOnRecordOnce() : Invariant(7)
{
    private readonly HashSet<(int Ordinal, int Attempt)> _claimed = [];
    private readonly HashSet<int> _changed = [];
    private readonly Dictionary<int, int> _attempts = [];
    private readonly HashSet<(int Ordinal, int Attempt)> _answered = [];
    private readonly Dictionary<int, DateTimeOffset> _claimedAt = [];
    private readonly Dictionary<int, DateTimeOffset> _begun = [];
    private int _next = 1;

    public override void OnCommitted(Commit commit)
    {
        foreach (var effect in commit.Read.Effects)
        {
            Require(effect.Ordinal == _next, $"effect {effect.Ordinal} where {_next} was next");
            Require(effect.Fence == new Fence(World.Epoch, World.Generation, effect.Ordinal), $"{effect.Fence}");
            _next++;
        }

        if (commit.Read.Input is RolloutInput.OutcomeReported { Report: var report })
            _answered.Add((report.Ordinal, report.Attempt));
        // Beside a step load may be shed, and nothing waits for that.
        var beside = commit.State.Stage switch
        {
            Stage.GoingBack { Shed: { } shed } => shed.Ordinal,
            Stage.Stuck { Shed: { } shed } => shed.Ordinal,
            _ => 0,
        };
        var pending = commit.After.Outbox.Where(entry =>
            entry is { IsPending: true, Effect.Action.IsOutside: true } && entry.Effect.Ordinal != beside);
        Require(pending.Count() <= 1, "two effects change the slot at the same time");
        foreach (var attempt in commit.Read.Attempts)
        {
            var ordinal = attempt.Effect.Ordinal;
            Require(ordinal < _next, $"an attempt at {ordinal}, which was never decided");
            Require(_claimed.Add((ordinal, attempt.Attempt)), $"attempt {ordinal}/{attempt.Attempt} was claimed twice");
            var isNext = attempt.Attempt == _attempts.GetValueOrDefault(ordinal) + 1;
            Require(isNext, $"attempt {ordinal}/{attempt.Attempt} is not the next");
            if (attempt.Attempt == 1) _begun[ordinal] = commit.Now;
            // A way back is tried for as long as all its attempts may take; the last one is claimed late after a crash.
            var limits = attempt.Effect.Limits;
            Require(
                attempt.Attempt <= limits.Attempts || (attempt.Effect.Direction == Direction.Back
                    && _claimedAt[ordinal] < _begun[ordinal] + limits.WorstCase),
                $"attempt {ordinal}/{attempt.Attempt} is one too many");
            Require(
                attempt.Attempt == 1 || _answered.Contains((ordinal, attempt.Attempt - 1))
                || commit.Now >= _claimedAt[ordinal] + attempt.Effect.Limits.Timeout,
                $"attempt {ordinal}/{attempt.Attempt} while the one before it is still running");
            (_attempts[ordinal], _claimedAt[ordinal]) = (attempt.Attempt, attempt.ClaimedAt);
        }
    }

    public override void OnArrived(Dispatch attempt, Fence? accepted)
    {
        var key = (attempt.Effect.Ordinal, attempt.Attempt);
        Require(_claimed.Contains(key), $"attempt {key} was made and is not on record");
        Require(_changed.Add(attempt.Effect.Ordinal), $"effect {attempt.Effect.Ordinal} changed the outside twice");
    }
}
