using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 15: load is shed only while a way back waits for instances that are not all ready, or is stuck there, only where the
/// service has said how, and never after the end.
/// </summary>
internal sealed class NothingStaysShed(World world) : Invariant(15)
{
    public override void OnCommitted(Commit commit)
    {
        foreach (var effect in commit.Read.Effects)
        {
            if (effect.Action is not EffectAction.SetTraffic { Shedding: { } shedding }) continue;
            Require(effect.Direction == Direction.Back, $"{effect.Action} sheds on the way forward");
            var (shed, step) = commit.State.Stage switch
            {
                Stage.GoingBack back => (back.Shed, back.Plan.Steps[back.Done]),
                Stage.Stuck stuck => (stuck.Shed, stuck.Plan.Steps[stuck.Done]),
                _ => ((Shed?)null, (UndoStep?)null),
            };
            Require(
                shed is { Ready: { Ready: 1, Wanted: 2 } } && shed.Ordinal == effect.Ordinal
                    && step is UndoStep.EnsureBaseline && shedding == world.Spec.Shed?.Of(1, 2),
                $"{effect.Action} sheds in {commit.State.Stage}");
        }

        // A person who is asked has to be told of it, and it has to be lifted without one.
        if (commit.State.Stage is Stage.Stuck { Shed: null } silent
            && silent.Plan.Steps[silent.Done] is UndoStep.EnsureBaseline)
        {
            var newest = commit.After.Outbox.LastOrDefault(entry => entry.Effect.Action is EffectAction.SetTraffic);
            Require(
                newest?.Effect.Action is not EffectAction.SetTraffic { Shedding: not null },
                "it got stuck, and does not know what is shed");
        }
    }

    public override void OnEnd()
    {
        if (world.WasTakenOver || world.Store.Row.State?.Stage is not Stage.Ended ended) return;
        Require(world.Outside.Shedding is null, $"it ended {ended.As}, and requests are refused still");
    }
}
