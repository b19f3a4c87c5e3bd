using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 7: every effect is on record exactly once, each attempt claimed once and before it is made; a second execution of
/// the same effect changes nothing.
/// </summary>
internal sealed class EffectsAreOnRecordOnce(int generation) : Invariant(7)
{
    private readonly EffectBook _book = new();
    private readonly HashSet<int> _changed = [];

    public override void OnCommitted(Commit commit)
    {
        foreach (var effect in commit.Read.Effects)
            Require(effect.Fence == new Fence(World.Epoch, generation, effect.Ordinal), $"{effect.Fence}");
        foreach (var problem in _book.Problems(commit.Read, commit.Now)) Require(false, problem);
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
    }

    public override void OnArrived(Dispatch attempt, Fence? accepted)
    {
        var key = (attempt.Effect.Ordinal, attempt.Attempt);
        Require(_book.Knows(attempt), $"attempt {key} was made and is not on record");
        Require(_changed.Add(attempt.Effect.Ordinal), $"effect {attempt.Effect.Ordinal} changed the outside twice");
    }
}
