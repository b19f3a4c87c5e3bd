using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Explains a release over its environments; pure over (row, now). What moves explains itself.</summary>
public static class ExplainRelease
{
    private static readonly ActorName Nobody = ActorName.From("explain");

    private static readonly Command Asked = new(CommandId.From("explain"), Nobody);

    public static ReleaseExplanation Of(Row<ReleaseState> row, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(row);
        var state = row.State ?? throw new InvalidOperationException("an empty row has nothing to explain");
        now = now > row.At ? now : row.At;
        var (accepted, refused) = Verbs(row, state, now);
        return new(
            state.Name, state.Phase, state.PhaseSince, now, [.. Reasons(row, state)],
            [.. ByItself(state), .. accepted], refused,
            [.. state.Legs.Select(leg => new ExplainedLeg(leg.Environment, state.PassageOf(leg), Standing(leg)))]);
    }

    private static IEnumerable<string> Reasons(Row<ReleaseState> row, ReleaseState state)
    {
        foreach (var entry in row.Outbox.Where(entry => entry is { IsPending: true, Note: not null }))
        {
            if (entry.Effect.Action is EffectAction.BeginPassage begin)
                yield return $"{begin.Passage} could not begin yet, attempt {entry.Attempt}: {entry.Note}";
        }

        var reasons = state.Phase switch
        {
            ReleasePhase.Progressing => state.Legs.Where(leg => leg.Stage is LegStage.UnderWay)
                .Select(leg => leg.Stage is LegStage.UnderWay { Reverses: null }
                    ? $"{state.PassageOf(leg)} is under way"
                    : $"{state.PassageOf(leg)} takes back what has completed in {leg.Environment}"),
            ReleasePhase.Soaking => state.Next.SelectMany(leg => state.Missing(leg).Select(one =>
                $"{leg.Environment} comes after {Starting.Standing(state, one)}")),
            ReleasePhase.Paused => state.Next.Where(leg => leg.Held is not null).Select(leg =>
                $"held back from {leg.Environment} by {leg.Held!.Actor}"
                + (leg.Held.Reason is null ? "" : $": {leg.Held.Reason}")),
            ReleasePhase.Succeeded => ["it has completed in every environment"],
            ReleasePhase.Stopped => Stopped(state),
            _ => throw new UnreachableException(),
        };
        foreach (var reason in reasons) yield return reason;
    }

    private static IEnumerable<string> Stopped(ReleaseState state) => state.OnTheWay
        .Where(leg => leg.Stage is LegStage.Ended or LegStage.NotBegun or LegStage.Replaced)
        .Select(leg => $"{leg.Environment}: {Standing(leg)}")
        .DefaultIfEmpty("nobody has started it in the first of the environments that are left");

    private static IEnumerable<Move> ByItself(ReleaseState state)
    {
        foreach (var leg in state.Legs.Where(leg => leg.Stage is LegStage.UnderWay))
            yield return new(MovedBy.Itself, $"goes on when {state.PassageOf(leg)} has ended");
        foreach (var (leg, soak) in state.Soaking)
        {
            var goesOn = state.Next.Any(next => next.After.Any(before => before.Environment == leg.Environment));
            yield return new(
                MovedBy.Itself,
                $"{(goesOn ? "goes on" : "may be started in what comes next")} when "
                    + $"{Duration.Format(state.SoakWanted(leg.Environment))} are measured in "
                    + $"{leg.Environment}; the next window", soak.AskAt);
        }
    }

    // Asked of the very rules that will decide it.
    private static (IEnumerable<Move> Accepted, ImmutableArray<RefusedMove> Refused) Verbs(
        Row<ReleaseState> row, ReleaseState state, DateTimeOffset now)
    {
        var (accepted, refused) = (new List<Move>(), ImmutableArray.CreateBuilder<RefusedMove>());
        var route = new ReleaseRoute(
            state.Name, [.. state.OnTheWay.Select(leg => new RouteEnvironment(leg.Environment, leg.After))]);
        foreach (var leg in state.OnTheWay.Where(leg => leg.Stage is not (LegStage.UnderWay or LegStage.Completed)))
        {
            Try("start", new ReleaseInput.Start(route, leg.Environment, null, [], Nobody));
            if (leg.Stage is not LegStage.Ahead) continue;
            if (leg.Held is null) Try("pause", new ReleaseInput.Pause(leg.Environment, Nobody, null));
            else Try("resume", new ReleaseInput.Resume(leg.Environment, Nobody, null));

            void Try(string verb, ReleaseInput input)
            {
                if (new ReleaseDecider().Step(row, input, Asked, epoch: 0, now) is StepResult<ReleaseState>.Refused no)
                    refused.Add(new($"{verb} in {leg.Environment}", no.Refusal.Code, no.Refusal.Reason));
                else
                    accepted.Add(new(MovedBy.You, verb, Command: CommandOf(verb, state, leg)));
            }
        }

        accepted.AddRange(state.Legs
            .Where(leg => TakingBack.Refuse(state, leg.Environment) is null)
            .Select(leg => new Move(MovedBy.You, "rollback", Command: CommandOf("rollback", state, leg))));
        // Its passage explains itself as soon as there is one; until then this is all that can be done about it.
        accepted.AddRange(NotBegunYet(row).Select(id =>
            new Move(MovedBy.You, "abort", Command: CommandOf("abort", state, state.LegOf(id.Environment)!))));
        return (accepted, refused.ToImmutable());
    }

    private static IEnumerable<PassageId> NotBegunYet(Row<ReleaseState> row) => row.Outbox
        .Where(entry => entry is { IsPending: true, Note: not null })
        .Select(entry => entry.Effect.Action).OfType<EffectAction.BeginPassage>().Select(begin => begin.Passage);

    private static string CommandOf(string verb, ReleaseState state, Leg leg) =>
        $"orel release {verb} {state.Name} -e {leg.Environment}";

    private static string Standing(Leg leg) =>
        leg.OffTheWay ? $"{StandingOn(leg)}; not on its way any more" : StandingOn(leg);

    private static string StandingOn(Leg leg) => leg.Stage switch
    {
        LegStage.Ahead when leg.Held is not null => "not begun, held back",
        LegStage.Ahead => "not begun",
        LegStage.UnderWay { Reverses: not null } => "is being taken back",
        LegStage.UnderWay => "under way",
        LegStage.Completed => "completed",
        LegStage.Ended ended => $"ended: {ended.As}",
        LegStage.NotBegun { Reverses: not null } not => $"could not be taken back: {not.Reason}",
        LegStage.NotBegun not => $"could not begin: {not.Reason}",
        LegStage.Replaced replaced => $"replaced: {replaced.Reason}",
        _ => throw new UnreachableException(),
    };
}
