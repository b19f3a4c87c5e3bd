using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 13: from the first bad request to the last request off the new version never takes longer than the announced bound;
/// or a person was told within it. Where more than one failover fell into that time, or numbers could not be had,
/// nothing was announced.
/// </summary>
internal sealed class OffWithinBound(IRolloutWorld world) : Invariant(13)
{
    private DateTimeOffset? _toldAt;
    private DateTimeOffset? _succeededAt;

    public override void OnCommitted(Commit commit)
    {
        if (commit.Read.Events.Any(happened => happened is RolloutEvent.WayBackOverdue or RolloutEvent.GotStuck))
            _toldAt ??= commit.Now;
        if (commit.State.Phase == Phase.Succeeded) _succeededAt ??= commit.Now;
    }

    public override void OnEnd()
    {
        if (world.WasTakenOver) return;
        var bound = Bound.Of(world.Spec, world.Baseline is not null)!;
        var end = _succeededAt ?? world.Now;
        if (world.FirstBad(end) is not { } firstBad) return;
        var announced = firstBad + bound.Total;
        var over = new[] { world.OffSince, _toldAt, _succeededAt }.Min() ?? world.Now;
        if (over <= announced) return;
        if (!world.IsMeasured(over)) return;
        if (world.Disturbances(firstBad - Slack, over) > 1) return;
        Require(false, $"bad since {firstBad:HH:mm:ss.fff}, off at {world.OffSince:HH:mm:ss.fff}, "
            + $"told at {_toldAt:HH:mm:ss.fff}, succeeded at {_succeededAt:HH:mm:ss.fff}, announced {bound.Total}");
    }

    // A failure just before delays what comes just after.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);
}
