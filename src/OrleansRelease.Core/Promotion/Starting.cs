using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Promotion;

/// <summary>What a person's start begins, and when the answer is no.</summary>
internal static class Starting
{
    public static Decision<ReleaseEvent> Decide(ReleaseState? state, ReleaseInput.Start start, Moment moment)
    {
        if (Wrong(start) is { } wrong) return Refused(wrong);
        var started = new ReleaseEvent.Started(start.Route, start.Actor, start.Priority ?? state?.Priority ?? 0);
        var draft = new ReleaseDraft(ReleaseEvolution.Evolve(state, started, moment.Now), moment);
        ReleaseDecider.Settle(draft);
        if (moment.HasEpochRisen) ReleaseDecider.Doubt(draft);
        if (start.Environment is { } one && Refuse(draft.State, one) is { } refusal) return Refused(refusal);
        ImmutableArray<Leg> legs = start.Environment is { } named
            ? [draft.State.LegOf(named)!]
            : [.. draft.State.Legs.Where(leg => MayBegin(draft.State, leg))];
        if (legs.IsEmpty) return Refused(NothingToBegin(draft.State));
        var passages = legs.Select(leg => draft.Begin(
            leg, start.Specs.FirstOrDefault(spec => spec.Environment == leg.Environment)?.Hash)).ToImmutableArray();
        ReleaseDecider.GoOn(draft);
        var accepted = (Decision<ReleaseEvent>.Accepted)draft.Done(
            Vocabulary.Write(new ReleaseStarted(draft.State.Name, passages)));
        return accepted with { Events = accepted.Events.Insert(0, started) };
    }

    private static Refusal? Wrong(ReleaseInput.Start start)
    {
        if (start.Priority is { } priority && priority is < Rank.LowestPriority or > Rank.HighestPriority)
        {
            return new(
                RefusalCodes.BadLimit, $"there is no priority {start.Priority}",
                $"{Rank.LowestPriority} to {Rank.HighestPriority}");
        }

        return start.Environment is not { } wanted
            || start.Route.Environments.Any(one => one.Environment == wanted)
            ? null
            : new(
                RefusalCodes.NotForEnvironment, $"{start.Route.Release} does not go through {wanted}",
                string.Join(", ", start.Route.Environments.Select(one => one.Environment)));
    }

    private static Refusal? Refuse(ReleaseState state, EnvironmentName environment)
    {
        var leg = state.LegOf(environment)!;
        if (leg.Stage is LegStage.UnderWay)
        {
            return new(
                RefusalCodes.AlreadyMoving, $"{state.PassageOf(leg)} is under way", "wait, or abort");
        }

        if (leg.Held is { } held)
        {
            return new(
                RefusalCodes.Paused, $"{held.Actor} holds it back from {environment}"
                    + (held.Reason is null ? "" : $": {held.Reason}"), "resume");
        }

        var missing = state.Missing(leg).ToList();
        return missing.Count == 0
            ? null
            : new(
                RefusalCodes.Pending,
                $"{environment} comes after {string.Join(", ", missing.Select(one => Standing(state, one)))}",
                "wait, or start it there");
    }

    /// <summary>How it stands with what has to have been before.</summary>
    public static string Standing(ReleaseState state, ComesAfter before) => state.LegOf(before.Environment) switch
    {
        { Stage: LegStage.Completed { Soak: var soak } } =>
            $"{before.Environment}, where {Duration.Format(soak.Covered)} of {Duration.Format(before.Soak)} are "
            + $"measured{(soak.Note is null ? "" : $" ({soak.Note})")}",
        { Stage: LegStage.UnderWay } => $"{before.Environment}, where it moves",
        _ => $"{before.Environment}, where it has not completed",
    };

    private static bool MayBegin(ReleaseState state, Leg leg) =>
        leg is { Stage: not (LegStage.UnderWay or LegStage.Completed), Held: null, OffTheWay: false }
        && !state.Missing(leg).Any();

    private static Refusal NothingToBegin(ReleaseState state) => state.Phase switch
    {
        ReleasePhase.Progressing => new(
            RefusalCodes.AlreadyMoving,
            $"{state.PassageOf(state.Current)} is under way, and it goes on by itself", "wait, or abort"),
        ReleasePhase.Succeeded => new(
            RefusalCodes.AlreadySucceeded, $"{state.Name} has completed everywhere",
            "the environment to carry it through once more"),
        _ when state.Legs.Any(leg => leg.Held is not null) => new(
            RefusalCodes.Paused, $"{state.Name} is held back from "
                + string.Join(", ", state.Legs.Where(leg => leg.Held is not null).Select(leg => leg.Environment)),
            "resume"),
        _ => new(
            RefusalCodes.Pending,
            $"{state.Name} goes on by itself: " + string.Join("; ", state.Legs
                .Where(leg => leg.Stage is LegStage.Ahead)
                .SelectMany(leg => state.Missing(leg).Select(one =>
                    $"{leg.Environment} comes after {Standing(state, one)}"))),
            "wait, or abort"),
    };

    private static Decision<ReleaseEvent>.Refused Refused(Refusal refusal) => new(refusal);
}
