using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Explaining;

/// <summary>What will move a rollout without anybody's help.</summary>
internal static class ByItself
{
    public static IEnumerable<Move> Of(
        RolloutSpec spec, Row<RolloutState> row, RolloutState state, DateTimeOffset now)
    {
        switch (state.Stage)
        {
            case Stage.Ended:
                break;
            case not null when state.Restored.IsOpen:
                if (state.Restored is Restored.Unseen unseen) yield return WhenSeen(unseen);
                break;
            case Stage.Pending:
                yield return new(MovedBy.Itself, "when the environment gives the permit");
                break;
            case Stage.Held { Hold: { Evidence: not null } or { Findings: not null } } held:
                foreach (var move in OfHold(spec, state, held)) yield return move;
                break;
            case Stage.Held { Work: Work.Acting }:
                yield return new(MovedBy.Itself, "the outcome of what is under way", NextMove.Of(row));
                break;
            case Stage.Moving { Work: Work.Resting { Until: { } until } }:
                yield return new(MovedBy.Itself, "the next step, when its gates are open", until);
                break;
            case Stage.Moving { Work: Work.Gated } when Freezing.InForce(state, now) is { } freeze:
                yield return new(MovedBy.Itself, "goes on when the freeze ends", freeze.Until);
                break;
            case Stage.Moving { Work: Work.Gated or Work.Judging or Work.Covering }:
                yield return new(MovedBy.Itself, "the next measurement", Questions.NextAt(spec, state));
                break;
            case Stage.Moving { Work: Work.Acting acting }:
                yield return new(MovedBy.Itself, "the outcome, or another attempt", NextMove.Of(row));
                if (acting.GiveUpAt is { } giveUpAt)
                    yield return new(MovedBy.Itself, "without one it rolls back", giveUpAt);
                break;
            case Stage.Verified or Stage.Halted:
                yield return OfRelease(state);
                break;
            case Stage.GoingBack:
                yield return new(MovedBy.Itself, "the way back goes on", NextMove.Of(row));
                break;
            default:
                break;
        }
    }

    private static IEnumerable<Move> OfHold(RolloutSpec spec, RolloutState state, Stage.Held held)
    {
        if (held.Hold.Evidence is not null)
        {
            // After a person's pause it goes on only when a person says so.
            yield return new(
                MovedBy.Itself,
                held.Hold switch
                {
                    { Person: not null } => "can be resumed after the first usable measurement",
                    { Findings: not null } => "is held by what was found alone after the first usable measurement",
                    _ => "goes on with the first usable measurement",
                },
                Questions.NextAt(spec, state));
            // The hold gives up, or before it the step that was waiting for an outcome.
            if (Deadlines.OfHold(held) is { } giveUp) yield return new(MovedBy.Itself, "rolls back", giveUp);
        }
        else if (held.Hold.Findings is { } findings)
        {
            yield return new(
                MovedBy.Itself,
                held.Hold.Person is null
                    ? "goes on when a newer finding clears it, or when no newer one has come"
                    : "is held by a person alone when a newer finding clears it, or when no newer one has come",
                findings.Max(found => found.EndsAt));
        }
    }

    private static Move WhenSeen(Restored.Unseen unseen) => new(
        MovedBy.Itself,
        unseen.IsAborted ? "takes back what is there" : "goes on where what is there is what is on record",
        unseen.LookAt);

    private static Move OfRelease(RolloutState state) => state.Stage switch
    {
        Stage.Halted { Plan: null } => new(MovedBy.Itself, $"goes back when its turn comes in {state.Passage}"),
        Stage.Halted halted => new(MovedBy.Itself, "goes back", halted.Happened.UnknownUntil),
        _ => new(MovedBy.Itself, $"has succeeded when {state.Passage} has completed"),
    };
}
