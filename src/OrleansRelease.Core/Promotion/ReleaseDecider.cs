using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using static OrleansRelease.Core.Promotion.ReleaseInput;

namespace OrleansRelease.Core.Promotion;

/// <summary>
/// The rules of one release over its environments: it begins in the next when it has completed in all that come before
/// and was measured there for long enough. What does not end well ends there, and a person starts it again.
/// </summary>
public sealed class ReleaseDecider : IDecider<ReleaseState, ReleaseInput, ReleaseEvent>
{
    public string Kind => Kinds.Release;

    public int Version => 1;

    public bool KeepsEffects => false;

    ReleaseInput IDecider<ReleaseState, ReleaseInput, ReleaseEvent>.Tick => new Tick();

    public ReleaseInput Reported(OutcomeReport report) => new OutcomeReported(report);

    public Decision<ReleaseEvent> Decide(ReleaseState? state, ReleaseInput input, Moment moment)
    {
        if (input is Start start) return Starting.Decide(state, start, moment);
        if (state is null)
        {
            return input is Pause or Resume or Address or TakeBack
                ? new Decision<ReleaseEvent>.Refused(
                    new(RefusalCodes.NotFound, "this release was never started", "start"))
                : Decision<ReleaseEvent>.Nothing;
        }

        var draft = new ReleaseDraft(state, moment);
        Settle(draft);
        if (moment.HasEpochRisen) Doubt(draft);
        var (refusal, answer) = Take(draft, input);
        if (refusal is not null) return new Decision<ReleaseEvent>.Refused(refusal);
        GoOn(draft);
        return draft.Done(answer is null ? null : Vocabulary.Write(answer));
    }

    public ReleaseState Evolve(ReleaseState? state, ReleaseEvent happened, DateTimeOffset at) =>
        ReleaseEvolution.Evolve(state, happened, at);

    // A passage that has begun knows for itself that it has.
    public bool MayAttempt(ReleaseState state, Effect effect, DateTimeOffset now) => true;

    // What moves says how it ended until that was heard; where it has stopped, a person looks.
    public DateTimeOffset? NextWake(ReleaseState state) =>
        state.Soaking.Select(one => (DateTimeOffset?)one.Soak.AskAt).Min();

    public Facts Describe(ReleaseState state) => new(0, state.Phase.ToString(), Environment: state.Current.Environment);

    /// <summary>What the manifests do not let begin is somebody's to look at.</summary>
    internal static void Settle(ReleaseDraft draft)
    {
        foreach (var entry in draft.Moment.Settled.Where(entry => entry.Status != EffectStatus.Applied))
        {
            if (entry.Effect.Action is EffectAction.BeginPassage { Passage: var id } && MovingAs(draft.State, id))
            {
                draft.Happen(new ReleaseEvent.PassageNotBegun(
                    id.Environment, id.Number, entry.Note ?? $"{entry.Status}"));
            }
        }
    }

    /// <summary>
    /// The store was restored: nobody knows who has moved what has completed since the backup, so none of that time
    /// counts.
    /// </summary>
    internal static void Doubt(ReleaseDraft draft)
    {
        foreach (var (leg, soak) in draft.State.Soaking.ToList())
        {
            draft.Happen(new ReleaseEvent.Soaked(
                leg.Environment, soak.After(draft.Now, Verdict.NoData, "the store was restored", draft.Now)));
        }
    }

    internal static void GoOn(ReleaseDraft draft)
    {
        foreach (var next in draft.State.Next.Where(leg => leg.Held is null).ToList())
        {
            if (!draft.State.Missing(next).Any()) draft.Begin(next, specHash: null);
        }
    }

    private static (Refusal? Refusal, Addressed? Answer) Take(ReleaseDraft draft, ReleaseInput input)
    {
        switch (input)
        {
            case Tick or OutcomeReported:
                return (null, null);
            case PassageEnded ended:
                // Also of one that was taken for not begun, because the answer that it had was lost.
                if (MovingAs(draft.State, ended.Passage) || NotBegunAs(draft.State, ended.Passage))
                {
                    draft.Happen(new ReleaseEvent.PassageEnded(
                        ended.Passage.Environment, ended.Passage.Number, ended.As, ended.LeavesSome));
                }

                return (null, null);
            case SoakRead read:
                if (SoakOf(draft.State, read.Passage) is { } soak) Take(draft, read, soak);
                return (null, null);
            case SoakReplaced replaced:
                if (SoakOf(draft.State, replaced.Passage) is not null)
                    draft.Happen(new ReleaseEvent.WasReplaced(replaced.Passage.Environment, replaced.Reason));
                return (null, null);
            case Pause { Environment: var where } pause when Waiting(draft.State, where) is { } leg:
                if (leg.Held is null) draft.Happen(new ReleaseEvent.LegHeld(where, pause.Actor, pause.Reason));
                return (null, new Addressed(null));
            case Resume { Environment: var where } resume when Waiting(draft.State, where) is { } leg:
                if (leg.Held is null)
                {
                    return (new(RefusalCodes.NotPaused, $"nobody holds it back from {where}", "wait, or pause"), null);
                }

                draft.Happen(new ReleaseEvent.LegReleased(where, resume.Actor, resume.Reason));
                return (null, new Addressed(null));
            case TakeBack back:
                return TakingBack.Take(draft, back);
            case Pause { Environment: var where }:
                return PassageIn(draft.State, where);
            case Resume { Environment: var where }:
                return PassageIn(draft.State, where);
            case Address { Environment: var where }:
                return PassageIn(draft.State, where);
            default:
                throw new UnreachableException($"{input}");
        }
    }

    private static void Take(ReleaseDraft draft, SoakRead read, Soak soak)
    {
        if (read.To < soak.MeasuredTo) return;
        var next = soak.After(read.To, read.Verdict, read.Detail, read.NextAt, read.Generations);
        if (next != soak) draft.Happen(new ReleaseEvent.Soaked(read.Passage.Environment, next));
    }

    private static (Refusal?, Addressed?) PassageIn(ReleaseState state, EnvironmentName environment) =>
        state.LegOf(environment) switch
        {
            null => (new(
                RefusalCodes.NotFound, $"{state.Name} does not go through {environment}",
                string.Join(", ", state.Legs.Select(leg => leg.Environment))), null),
            var leg when state.PassageOf(leg) is { } passage => (null, new Addressed(passage)),
            _ => (new(
                RefusalCodes.Pending, $"{state.Name} has not begun in {environment}",
                "pause, so that it does not begin there, or wait"), null),
        };

    private static Leg? Waiting(ReleaseState state, EnvironmentName environment) =>
        state.LegOf(environment) is { Stage: LegStage.Ahead } leg ? leg : null;

    private static bool MovingAs(ReleaseState state, PassageId passage) =>
        state.LegOf(passage.Environment) is { Stage: LegStage.UnderWay } leg && leg.Passages == passage.Number;

    private static bool NotBegunAs(ReleaseState state, PassageId passage) =>
        state.LegOf(passage.Environment) is { Stage: LegStage.NotBegun } leg && leg.Passages == passage.Number;

    private static Soak? SoakOf(ReleaseState state, PassageId passage) =>
        state.LegOf(passage.Environment) is { Stage: LegStage.Completed done } leg && state.CompletedIn(leg) == passage
            ? done.Soak
            : null;
}
