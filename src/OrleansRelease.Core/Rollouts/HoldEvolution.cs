using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Slos;
using static OrleansRelease.Core.Rollouts.RolloutEvent;

namespace OrleansRelease.Core.Rollouts;

/// <summary>How events change what a rollout is held by.</summary>
internal static class HoldEvolution
{
    public static RolloutState Apply(RolloutState state, RolloutEvent happened, DateTimeOffset at) => happened switch
    {
        PausedByPerson paused => state with
        {
            Stage = With(state.Stage, hold => hold with { Person = new(paused.Actor, paused.Reason, at) }),
        },
        ResumedByPerson => Resume(state, at),
        EvidenceLost lost => state with
        {
            Stage = With(state.Stage, hold => hold with
            {
                Evidence = new(lost.Metric, lost.Verdict, lost.Reason, at, lost.GiveUpAt),
            }),
        },
        EvidenceRegained => Regain(state, at),
        HeldByFinding held => HoldBy(state, held, at),
        FindingLifted lifted => Lift(state, lifted, at),
        FindingCleared cleared => Clear(Anew(state, cleared.Degraded, Earlier(cleared.At, at)), cleared),
        _ => throw new UnreachableException($"{happened} in {state.Stage}"),
    };

    public static Stage With(Stage stage, Func<Hold, Hold> change) => stage switch
    {
        Stage.Moving moving => new Stage.Held(moving.Step, moving.Work, change(new(null, null))),
        Stage.Held held => held with { Hold = change(held.Hold) },
        _ => throw new UnreachableException($"a hold in {stage}"),
    };

    private static RolloutState Regain(RolloutState state, DateTimeOffset at) =>
        Release(state, hold => hold with { Evidence = null }, at) with
        {
            Tallies = state.Tallies.ToImmutableSortedDictionary(t => t.Key, t => t.Value with { Inconclusive = 0 }),
        };

    // Whoever resumes it knows what was found, and is not contradicted by the same.
    private static RolloutState Resume(RolloutState state, DateTimeOffset at)
    {
        var held = ((Stage.Held)state.Stage).Hold.Findings ?? [];
        var next = Release(state, hold => hold with { Person = null, Findings = null }, at);
        return held.Aggregate(next, (known, found) => Know(
            known, new(found.Degraded, found.Onset, found.At, IsResumed: true)));
    }

    private static RolloutState HoldBy(RolloutState state, HeldByFinding held, DateTimeOffset at)
    {
        var before = (state.Stage as Stage.Held)?.Hold.Findings ?? [];
        var since = before.FirstOrDefault(one => one.Degraded == held.Degraded)?.Since ?? at;
        var found = new FindingHold(
            held.Degraded, held.Onset, held.At, since, held.EndsAt, held.Words, held.Own);
        var known = held.IsNotItsDoing ? Anew(state, held.Degraded, Earlier(held.At, at)) : state;
        return Know(known, new(held.Degraded, held.Onset, held.At, IsNotItsDoing: held.IsNotItsDoing)) with
        {
            Stage = With(state.Stage, hold => hold with
            {
                Findings = [.. before.Where(other => other.Degraded != held.Degraded), found],
            }),
        };
    }

    private static RolloutState Lift(RolloutState state, FindingLifted lifted, DateTimeOffset at)
    {
        var next = Release(
            state, hold => hold with { Findings = Without(hold.Findings ?? [], lifted.Degraded) }, at);
        return lifted.By is { } by && KnownOf(state, lifted.Degraded) is { } known
            ? Know(Anew(next, lifted.Degraded, Earlier(by, at)), known with { At = by, IsNotItsDoing = true })
            : next;
    }

    // What a person has said of the same degradation stays said.
    private static RolloutState Clear(RolloutState state, FindingCleared cleared) => Know(
        state, new(
            cleared.Degraded, cleared.Onset, cleared.At,
            KnownOf(state, cleared.Degraded) is { IsResumed: true } known && known.Onset == cleared.Onset,
            IsNotItsDoing: true));

    // What its own service burned until then was not its doing, as what burned before its first request was not.
    private static RolloutState Anew(RolloutState state, Identity.SlotKey degraded, DateTimeOffset at) =>
        degraded != state.Id.Slot || !state.Tallies.Keys.Any(BurnOf.IsOfAll)
            ? state
            : state with
            {
                Tallies = state.Tallies.ToImmutableSortedDictionary(
                    pair => pair.Key, pair => BurnOf.IsOfAll(pair.Key) ? Since(pair.Value, at) : pair.Value),
            };

    // Tiles stay where they are, and none is judged twice.
    private static Tally Since(Tally tally, DateTimeOffset at)
    {
        var tiles = Math.Max(tally.NextWindow, (int)((at - tally.Start) / BurnOf.Tile));
        return Tally.From(tally.Start + (BurnOf.Tile * tiles)) with { Recent = tally.Recent };
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static ImmutableArray<FindingHold>? Without(
        ImmutableArray<FindingHold> findings, Identity.SlotKey degraded)
    {
        var left = findings.RemoveAll(found => found.Degraded == degraded);
        return left.IsEmpty ? null : left;
    }

    private static TakenFinding? KnownOf(RolloutState state, Identity.SlotKey degraded) =>
        (state.Findings ?? []).FirstOrDefault(known => known.Degraded == degraded);

    private static RolloutState Know(RolloutState state, TakenFinding taken) => state with
    {
        Findings =
        [
            .. (state.Findings ?? []).Where(other => other.Degraded != taken.Degraded)
                .TakeLast(Findings.MostKept - 1),
            taken,
        ],
    };

    // Nobody was to act while a person or a finding held it, so the time that an action is given goes on only now.
    private static RolloutState Release(RolloutState state, Func<Hold, Hold> change, DateTimeOffset at)
    {
        var held = (Stage.Held)state.Stage;
        var hold = change(held.Hold);
        var stood = (hold.StandsSince ?? at) - (held.Hold.StandsSince ?? hold.StandsSince ?? at);
        var next = state with
        {
            Stage = hold is { Person: null, Evidence: null, Findings: null }
                ? new Stage.Moving(held.Step, held.Work)
                : held with { Hold = hold },
        };
        return next.Work switch
        {
            Work.Gated { GiveUpAt: not null } gated =>
                Evolution.WithWork(next, gated with { GiveUpAt = gated.GiveUpAt + stood }),
            Work.Acting { GiveUpAt: not null } acting =>
                Evolution.WithWork(next, acting with { GiveUpAt = acting.GiveUpAt + stood }),
            _ => next,
        };
    }
}
