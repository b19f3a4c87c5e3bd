using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using static OrleansRelease.Core.Promotion.ReleaseEvent;

namespace OrleansRelease.Core.Promotion;

/// <summary>How each event changes a release.</summary>
internal static class ReleaseEvolution
{
    public static ReleaseState Evolve(ReleaseState? state, ReleaseEvent happened, DateTimeOffset at)
    {
        if (state is null)
        {
            return happened is Started first
                ? new(first.Route.Release, first.Actor, first.Priority, at, at, Merge([], first.Route))
                : throw new InvalidOperationException($"{happened.GetType().Name} before a release was started");
        }

        var next = Apply(state, happened, at);
        return next.Phase == state.Phase ? next : next with { PhaseSince = at };
    }

    private static ReleaseState Apply(ReleaseState state, ReleaseEvent happened, DateTimeOffset at) => happened switch
    {
        Started again => state with
        {
            StartedBy = again.Actor,
            Priority = again.Priority,
            Legs = Merge(state.Legs, again.Route),
        },
        PassageBegun begun => Change(state, begun.Environment, leg => leg with
        {
            Stage = new LegStage.UnderWay(),
            // Rows of builds before say only by their stage what has completed.
            Completed = state.CompletedIn(leg)?.Number,
            Passages = begun.Number,
            RankSince = begun.RankSince,
            Held = null,
        }),
        ReversalBegun back => Change(state, back.Environment, leg => leg with
        {
            Stage = new LegStage.UnderWay(leg.Stage is LegStage.NotBegun { Reverses: { } before } ? before : leg.Stage),
            Passages = back.Number,
            Completed = back.Reverses.Number,
            RankSince = null,
        }),
        PassageNotBegun not => Change(state, not.Environment, leg => leg with
        {
            Stage = new LegStage.NotBegun(not.Reason, (leg.Stage as LegStage.UnderWay)?.Reverses),
        }),
        ReleaseEvent.PassageEnded ended => Change(state, ended.Environment, leg => End(leg, ended, at)),
        Soaked soaked => Change(state, soaked.Environment, leg => leg with
        {
            Stage = new LegStage.Completed(soaked.Soak),
        }),
        WasReplaced replaced => Change(state, replaced.Environment, leg => leg with
        {
            Stage = new LegStage.Replaced(replaced.Reason),
        }),
        LegHeld held => Change(state, held.Environment, leg => leg with
        {
            Held = new PersonHold(held.Actor, held.Reason, at),
        }),
        LegReleased released => Change(state, released.Environment, leg => leg with { Held = null }),
        _ => throw new UnreachableException($"{happened}"),
    };

    private static Leg End(Leg leg, ReleaseEvent.PassageEnded ended, DateTimeOffset at)
    {
        if (Reversed(leg.Stage) is { } before)
        {
            // Nothing of it was taken back: it has completed as before. What was left can be taken back later.
            return ended.As != PassagePhase.RolledBack
                ? leg with { Stage = before }
                : leg with
                {
                    Stage = new LegStage.Ended(ended.As),
                    Completed = ended.LeavesSome ? leg.Completed : null,
                };
        }

        return ended.As == PassagePhase.Succeeded
            ? leg with { Stage = new LegStage.Completed(Soak.From(at)), Completed = ended.Number }
            : leg with
            {
                Stage = new LegStage.Ended(ended.As),
                Completed = ended.As == PassagePhase.Partial ? ended.Number : leg.Completed,
            };
    }

    // Also one that was taken for not begun may have been.
    private static LegStage? Reversed(LegStage stage) => stage switch
    {
        LegStage.UnderWay moving => moving.Reverses,
        LegStage.NotBegun not => not.Reverses,
        _ => null,
    };

    // What it has been through is kept, also where the way leads elsewhere by now.
    private static ImmutableArray<Leg> Merge(ImmutableArray<Leg> legs, ReleaseRoute route)
    {
        var known = legs.ToDictionary(leg => leg.Environment);
        var wanted = route.Environments.Select(one => one.Environment).ToHashSet();
        return
        [
            .. legs.Where(leg => leg.Passages > 0 && !wanted.Contains(leg.Environment))
                .Select(leg => leg with { OffTheWay = true }),
            .. route.Environments.Select(one => known.TryGetValue(one.Environment, out var leg)
                ? leg with { After = one.After, OffTheWay = false }
                : new Leg(one.Environment, one.After, new LegStage.Ahead())),
        ];
    }

    private static ReleaseState Change(ReleaseState state, EnvironmentName environment, Func<Leg, Leg> change)
    {
        var index = state.Legs.TakeWhile(leg => leg.Environment != environment).Count();
        return state with { Legs = state.Legs.SetItem(index, change(state.Legs[index])) };
    }
}
