using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Promotion;

/// <summary>
/// What is known of one release on its way through its environments; <see cref="Legs"/> are in the order of the way.
/// </summary>
public sealed record ReleaseState(
    ReleaseName Name,
    ActorName StartedBy,
    int Priority,
    DateTimeOffset CreatedAt,
    DateTimeOffset PhaseSince,
    ImmutableArray<Leg> Legs);

/// <summary>Questions that a release answers.</summary>
public static class ReleaseStateQuestions
{
    extension(ReleaseState state)
    {
        public ReleasePhase Phase =>
            state.Legs.Any(leg => leg.Stage is LegStage.UnderWay) ? ReleasePhase.Progressing
            : state.Next.Any(leg => leg.Held is null) ? ReleasePhase.Soaking
            : state.Next.Any() ? ReleasePhase.Paused
            : state.OnTheWay.All(leg => leg.Stage is LegStage.Completed) ? ReleasePhase.Succeeded
            : ReleasePhase.Stopped;

        /// <summary>Where it is led since the newest start.</summary>
        public IEnumerable<Leg> OnTheWay => state.Legs.Where(leg => !leg.OffTheWay);

        /// <summary>Where it goes on by itself when it was measured for long enough where it has completed.</summary>
        public IEnumerable<Leg> Next => state.OnTheWay.Where(leg =>
            leg is { Stage: LegStage.Ahead, After.IsEmpty: false }
            && leg.After.All(before => state.LegOf(before.Environment) is { Stage: LegStage.Completed }));

        public Leg? LegOf(EnvironmentName environment) =>
            state.Legs.FirstOrDefault(leg => leg.Environment == environment);

        /// <summary>The newest passage through an environment; null: there was none.</summary>
        public PassageId? PassageOf(Leg leg) =>
            leg.Passages > 0 ? new PassageId(state.Name, leg.Environment, leg.Passages) : null;

        /// <summary>The passage that has completed in an environment and was not taken back; null: none.</summary>
        public PassageId? CompletedIn(Leg leg) =>
            (leg.Completed ?? (leg.Stage is LegStage.Completed or LegStage.Replaced
                or LegStage.Ended { As: PassagePhase.Partial } ? leg.Passages : null)) is { } number
                ? new PassageId(state.Name, leg.Environment, number)
                : null;

        /// <summary>
        /// For how long it has to be measured in an environment before it may go on somewhere, by itself or once more
        /// by a person.
        /// </summary>
        public TimeSpan SoakWanted(EnvironmentName environment) => state.OnTheWay
            .Where(leg => leg.Stage is not LegStage.UnderWay)
            .SelectMany(leg => leg.After)
            .Where(before => before.Environment == environment)
            .Select(before => before.Soak).DefaultIfEmpty(TimeSpan.Zero).Max();

        /// <summary>What has completed and is still to be measured.</summary>
        public IEnumerable<(Leg Leg, Soak Soak)> Soaking => state.Legs
            .Where(leg => leg.Stage is LegStage.Completed done
                && done.Soak.Covered < state.SoakWanted(leg.Environment))
            .Select(leg => (leg, ((LegStage.Completed)leg.Stage).Soak));

        /// <summary>What of all that comes before an environment is not so yet; none: it may begin there.</summary>
        public IEnumerable<ComesAfter> Missing(Leg leg) => leg.After.Where(before =>
            state.LegOf(before.Environment) is not { Stage: LegStage.Completed done }
            || done.Soak.Covered < before.Soak);

        /// <summary>
        /// Why what has to have completed before is not there any more, as the end of a sentence; null: it may be.
        /// </summary>
        public string? GoneFrom(Leg leg) => leg.Stage switch
        {
            LegStage.Replaced { Reason: var reason } => $"where it was replaced: {reason}",
            LegStage.UnderWay { Reverses: not null } or LegStage.NotBegun { Reverses: not null } =>
                $"where it is to be taken back by {state.PassageOf(leg)}",
            LegStage.Ended { As: PassagePhase.RolledBack } => "where it was taken back",
            LegStage.Ended { As: var phase } => $"where it has ended: {phase}",
            _ => null,
        };

        /// <summary>Where it is: what moves, else what is soaked, else the last that it has come to.</summary>
        public Leg Current => state.Legs.FirstOrDefault(leg => leg.Stage is LegStage.UnderWay)
            ?? state.Legs.LastOrDefault(leg => leg.Passages > 0)
            ?? state.Legs[0];
    }
}
