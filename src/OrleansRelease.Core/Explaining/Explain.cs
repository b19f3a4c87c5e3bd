using System.Collections.Immutable;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Explaining;

/// <summary>Explains a rollout; pure over (spec, row, now), so that it can also explain the past.</summary>
public static class Explain
{
    public static Explanation Of(RolloutSpec spec, Row<RolloutState> row, DateTimeOffset now)
    {
        var state = row.State ?? throw new InvalidOperationException("an empty row has nothing to explain");
        now = now > row.At ? now : row.At;
        var verbs = Verbs.Ask(spec, row, state, now);
        return new(
            state.Id, state.Baseline, state.Version, state.Phase, state.PhaseSince, now, state.Share,
            [.. Reasons.Of(spec, row, state, now), .. OfRelease(state), .. OfEmergency(state)],
            [.. ByItself.Of(spec, row, state, now), .. Thaw(state, now), .. verbs.Accepted],
            verbs.Refused, Customers.Of(spec, state), WayBackOf(spec, row, state), spec.Owner, spec.Runbook,
            BurnsOf(spec, state), ExplainedTrail.Of(spec, state, now));
    }

    private static ImmutableArray<ExplainedBurn>? BurnsOf(RolloutSpec spec, RolloutState state)
    {
        ImmutableArray<ExplainedBurn> seen =
        [
            .. from metric in BurnOf.Known(spec, state.Tallies.ContainsKey)
               let last = state.Tallies[metric.Name].Last
               where last is not null
               select new ExplainedBurn(metric.Name, last.Window.End, last.Verdict, last.Detail, last.Burn),
        ];
        return seen.IsEmpty ? null : seen;
    }

    // Asked alone it does what it is asked, and its release draws its own conclusions.
    private static IEnumerable<string> OfRelease(RolloutState state) =>
        state is { IsTerminal: false, Passage: { } passage, Stage: not (Stage.Verified or Stage.Halted) }
            ? [$"a part of {passage}; an abort of this one alone is a failure there"]
            : [];

    private static IEnumerable<string> OfEmergency(RolloutState state) =>
        from stepped in state.Overrides
        where stepped.What == Override.Emergency && !state.IsTerminal
        select $"an emergency, started by {stepped.Actor} whatever its error budgets and source of numbers said: "
            + stepped.Reason;

    // No command of the rollout's own, and it moves others as well.
    private static IEnumerable<Move> Thaw(RolloutState state, DateTimeOffset now) =>
        state.Stage is Stage.Moving { Work: Work.Gated } && Freezing.InForce(state, now) is not null
            ? [new Move(MovedBy.You, "thaw", Command: $"orel thaw -e {state.Id.Slot.Environment} --reason WHY")]
            : [];

    private static ExplainedWayBack WayBackOf(RolloutSpec spec, Row<RolloutState> row, RolloutState state)
    {
        var steps = state.Stage switch
        {
            Stage.GoingBack back => back.Plan.Steps.Skip(back.Done),
            Stage.Stuck stuck => stuck.Plan.Steps.Skip(stuck.Done),
            Stage.Ended => [],
            _ => WayBack.From(state.Baseline, state.Version, row.Outbox, state.Restored.Taken, state.IsKept).Steps,
        };
        return new(
            state.Baseline, [.. steps.Select(Wording.Of)],
            Bound.BackTotalOf(spec, state.Baseline is not null),
            state.Health?.Baseline?.ToString());
    }
}
