using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Rollouts;

/// <summary>What the passing of time does to a rollout.</summary>
public static class Deadlines
{
    /// <summary>How old the claim of a forward effect may be when it is tried; its gates were open then.</summary>
    public static readonly TimeSpan ForwardMaxAge = TimeSpan.FromSeconds(10);

    internal static void Check(Draft draft)
    {
        switch (draft.State.Stage)
        {
            case Stage.Held { Hold.Evidence: { GiveUpAt: { } giveUp } evidence } when giveUp <= draft.Now:
                Backward.GoBack(draft, new Cause.WithoutEvidence(evidence.Metric, evidence.Verdict, evidence.Reason));
                break;
            case Stage.Moving or Stage.Held { Hold.StandsSince: null } when GiveUpAtOf(draft.State.Work) <= draft.Now:
                GiveUp(draft);
                break;
            case Stage.Moving or Stage.Held when draft.State.Work is Work.Acting acting && HasLapsed(draft, acting):
                draft.Abandon(Direction.Forward);
                draft.Happen(new RolloutEvent.ActionLapsed());
                break;
            case Stage.Halted:
                OfRelease.GoOn(draft);
                break;
            default:
                CheckWayBack(draft);
                break;
        }
    }

    internal static void CheckWayBack(Draft draft)
    {
        if (OfWayBack(draft.State) <= draft.Now) draft.Happen(new RolloutEvent.WayBackOverdue());
    }

    /// <summary>When a person is told that a way back takes too long; null: there is none, or it was said.</summary>
    internal static DateTimeOffset? OfWayBack(RolloutState state) =>
        state.Stage is Stage.GoingBack { Overdue: false } back ? back.Deadline : null;

    internal static DateTimeOffset? Next(RolloutState state) => state.Stage switch
    {
        Stage.Moving { Work: Work.Resting resting } => resting.Until,
        Stage.Moving moving => GiveUpAtOf(moving.Work),
        Stage.Held held => Earlier(OfHold(held), held.Hold.FindingEndsAt),
        Stage.Halted { Plan: not null } halted => halted.Happened.UnknownUntil,
        _ => OfWayBack(state),
    };

    /// <summary>When what is held goes back by itself; null: it does not.</summary>
    // A pause's clock goes on while the rollout is held, but nothing would follow from its end. And while a person or a
    // finding holds it, nobody is to act: a step that is not done then has not failed.
    internal static DateTimeOffset? OfHold(Stage.Held held) => held.Hold.StandsSince is null
        ? Earlier(GiveUpAtOf(held.Work), held.Hold.Evidence?.GiveUpAt)
        : held.Hold.Evidence?.GiveUpAt;

    private static DateTimeOffset? GiveUpAtOf(Work? work) => work switch
    {
        Work.Gated gated => gated.GiveUpAt,
        Work.Acting acting => acting.GiveUpAt,
        _ => null,
    };

    private static bool HasLapsed(Draft draft, Work.Acting acting) =>
        draft.Now - acting.Since > ForwardMaxAge
        && draft.Moment.Outbox.Any(entry =>
            entry.Effect.Ordinal == acting.Ordinal && entry is { IsPending: true, Running: false });

    private static void GiveUp(Draft draft)
    {
        var newest = draft.Moment.Outbox.LastOrDefault(entry => entry.Effect.Direction == Direction.Forward);
        Backward.GoBack(draft, newest is null
            ? new Cause.EffectFailed("the step", "its gates did not open in time")
            : new Cause.EffectFailed(
                Wording.Of(newest.Effect.Action), newest.Note ?? "no outcome was reported in time"));
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => new[] { a, b }.Min();
}
