using System.Diagnostics;
using static OrleansRelease.Core.Rollouts.RolloutEvent;

namespace OrleansRelease.Core.Rollouts;

/// <summary>How the events of a way back change the state.</summary>
internal static class BackwardEvolution
{
    public static RolloutState Apply(RolloutState state, RolloutEvent happened, DateTimeOffset at) =>
        (happened, state.Stage) switch
        {
            (WentBack back, _) => Enter(
                state, new Stage.GoingBack(
                    back.Plan, 0, back.Ordinal, back.Cause, back.Deadline, Overdue: false, Kept(state.Stage)), at),
            (Undone undone, Stage.GoingBack back) => Enter(
                state, back with { Done = back.Done + 1, Ordinal = undone.NextOrdinal, Shed = null }, at),
            // The step goes on, decided once more.
            (UndoRepeated repeated, Stage.GoingBack back) =>
                state with { Stage = back with { Ordinal = repeated.Ordinal, Shed = Kept(back) } },
            (WayBackOverdue, Stage.GoingBack back) => state with { Stage = back with { Overdue = true } },
            (GotStuck stuck, Stage.GoingBack back) => Enter(
                state, new Stage.Stuck(back.Plan, back.Done, back.Cause, stuck.Reason, back.Shed), at),
            (Retried retried, Stage.Stuck was) => Retry(state, was, retried.Ordinal, retried.Deadline, at),
            (RetriedByRelease retried, Stage.Stuck was) => Retry(state, was, retried.Ordinal, retried.Deadline, at),
            _ => throw new UnreachableException($"{happened} in {state.Stage}"),
        };

    // Requests that are back are there, whoever decides anew; by which look that was is of no more use.
    private static Shed? Kept(Stage before) =>
        LoadShedding.Of(before) is { IsBack: true } shed ? shed with { SeenAt = null, Which = null } : null;

    private static RolloutState Retry(
        RolloutState state, Stage.Stuck was, int ordinal, DateTimeOffset deadline, DateTimeOffset at) => Enter(
            state,
            new Stage.GoingBack(was.Plan, was.Done, ordinal, was.Cause, deadline, Overdue: false, was.Shed), at);

    private static RolloutState Enter(RolloutState state, Stage stage, DateTimeOffset at) =>
        state with { Stage = stage, StepSince = at };
}
