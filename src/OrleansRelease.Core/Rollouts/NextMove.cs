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
        // Where there is a trail, the rollout is judged no more, and waits at no gate.
        return row.State is { Trail: not null } state ? Stepping.Earliest(ByTime(state), row.Outbox) : row.NextWake;
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
