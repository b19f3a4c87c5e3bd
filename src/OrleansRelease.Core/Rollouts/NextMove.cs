using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Restoring;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// When a rollout is looked at next because something may move it. What is only asked for people to look at, such as
/// the traces of what has failed, wakes it and is no move.
/// </summary>
public static class NextMove
{
    public static DateTimeOffset? Of(Row<RolloutState> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.State switch
        {
            // Which instances are ready is looked at beside the step, and so is the load shed: neither ends it.
            { Stage: Stage.GoingBack back } state when !state.Restored.IsOpen => Stepping.Earliest(
                ByTime(state), [.. row.Outbox.Where(entry => entry.Effect.Ordinal == back.Ordinal)]),
            // A person moves what is stuck, and nothing what has ended.
            { Stage: Stage.Stuck } or { IsTerminal: true } => row.State.Restored.IsOpen
                ? row.NextWake
                : ByTime(row.State),
            // Where there is a trail, the rollout is judged no more, and waits at no gate.
            { Trail: not null } state => Stepping.Earliest(ByTime(state), row.Outbox),
            _ => row.NextWake,
        };
    }

    /// <summary>Where the record differs a person has to say something; time says that a way back is overdue.</summary>
    internal static DateTimeOffset? ByTime(RolloutState state) => (state.IsTerminal, state.Restored) switch
    {
        (true, _) => null,
        (_, Restored.Differs) => Deadlines.OfWayBack(state),
        (_, Restored.Unseen unseen) => new[] { unseen.LookAt, Deadlines.OfWayBack(state) }.Min(),
        _ => Deadlines.Next(state),
    };
}
