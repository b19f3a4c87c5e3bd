using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 8: something is always scheduled until a terminal phase, or a person (or the environment) has been asked; and every
/// run ends.
/// </summary>
internal sealed class SomethingIsScheduled(World world) : Invariant(8)
{
    public override void OnCommitted(Commit commit)
    {
        var (row, state) = (commit.After, commit.State);
        var pending = row.Outbox.Where(entry => entry.IsPending).ToList();
        Require(pending.Count == 0 || row.NextWake <= pending.Min(entry => entry.DueAt),
            $"a pending effect is due before {row.NextWake}");
        Require(row.NextWake is not null || pending.Count == 0 && Waits(state),
            $"nothing is scheduled in {state.Stage}");
        if (state.Stage is Stage.GoingBack back)
        {
            Require(
                pending.Any(e => e.Effect.Ordinal == back.Ordinal && e.Effect.Direction == Direction.Back),
                $"the way back waits for {back.Ordinal}, which is not under way");
        }

        if (state.Work is Work.Acting acting)
        {
            Require(pending.Any(entry => entry.Effect.Ordinal == acting.Ordinal),
                $"step waits for {acting.Ordinal}, which is not under way");
        }
    }

    public override void OnEnd()
    {
        var state = world.Store.Row.State;
        Require(state?.IsTerminal == true, $"after everything calmed down it is still in {state?.Stage}");
        Require(!world.Store.Row.Outbox.Any(entry => entry.IsPending), "it ended and never told it");
        Require(!world.Roles.HoldsPermit, "it ended and its permit was never given back");
        var told = world.Roles.EndedWell;
        Require(told == (state!.Phase == Phase.Succeeded), $"the slot was told {told}");
    }

    private static bool Waits(RolloutState state) => state.Stage switch
    {
        Stage.Ended or Stage.Stuck or Stage.Pending => true,
        Stage.Held { Hold.Person: not null } => true,
        Stage.Held { Hold.Evidence.GiveUpAt: null } => true,
        Stage.Moving { Work: Work.Resting { Until: null } } => true,
        _ => false,
    };
}
