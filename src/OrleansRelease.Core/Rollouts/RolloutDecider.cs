using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Core.Rollouts.RolloutInput;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// The rules of one rollout. Every input goes the same way: what has settled is taken in, the input itself, evidence
/// and deadlines are looked at, and only then the rollout moves on. So whatever stops it beats whatever moves it.
/// </summary>
public sealed class RolloutDecider(RolloutSpec spec) : IDecider<RolloutState, RolloutInput, RolloutEvent>
{
    public string Kind => Kinds.Rollout;

    public int Version => 6;

    public bool KeepsEffects => true;

    RolloutInput IDecider<RolloutState, RolloutInput, RolloutEvent>.Tick => new Tick();

    public RolloutInput Reported(OutcomeReport report) => new OutcomeReported(report);

    public Decision<RolloutEvent> Decide(RolloutState? state, RolloutInput input, Moment moment)
    {
        if (state is null) return Opening.Of(spec, input, moment);
        if (input is Begin && state.HasNeverBegun)
        {
            return new Decision<RolloutEvent>.Refused(new(
                RefusalCodes.AlreadyEnded,
                state.Stage is Stage.Ended { Cause: Cause.LeftAsItIs left }
                    ? $"{state.Id} never begins: {left.Text}"
                    : $"{state.Id} never begins: {state.Passage} was stopped before"));
        }

        if (input is Begin begin && (begin.Id != state.Id || begin.Generation != state.Generation))
        {
            return new Decision<RolloutEvent>.Refused(
                new(RefusalCodes.AlreadyBegun, $"{state.Id} has begun under another lease"));
        }

        var draft = new Draft(spec, state, moment);
        if (state.IsTerminal) return AtTheEnd(draft, input);

        // What has settled without anybody knowing of what happened since is looked at with all the rest.
        if (moment.HasEpochRisen) RecordCheck.Begin(draft);
        else SettledEffects.TakeIn(draft);
        LoadShedding.TakeIn(draft);
        // What settled just now may have ended it before this came.
        if (draft.State.IsTerminal)
        {
            return Commands.AtTheEnd(draft.State, input) is Decision<RolloutEvent>.Refused ended
                ? ended : Rings.Of(draft, state);
        }

        if (Take(draft, input) is { } refusal) return new Decision<RolloutEvent>.Refused(refusal);
        if (draft.State.Restored.IsOpen)
        {
            // Nothing moves, but a person is still told that a way back takes too long.
            Deadlines.CheckWayBack(draft);
            return Rings.Of(draft, state);
        }

        TrailRules.GiveUp(draft);
        Findings.End(draft);
        Deadlines.Check(draft);
        Evidence.Weigh(draft);
        Forward.Advance(draft);
        LoadShedding.Advance(draft);
        return Rings.Of(draft, state);
    }

    public RolloutState Evolve(RolloutState? state, RolloutEvent happened, DateTimeOffset at) =>
        Evolution.Evolve(spec, state, happened, at);

    // A forward effect is tried again only while nothing has stopped the rollout and the facts that its gates were
    // opened on are young; after that Deadlines lapses it, and the gates are asked anew.
    public bool MayAttempt(RolloutState state, Effect effect, DateTimeOffset now) =>
        effect.Direction != Direction.Forward
        || (state.Stage is Stage.Moving { Work: Work.Acting acting } && acting.Ordinal == effect.Ordinal
            && now - acting.Since <= Deadlines.ForwardMaxAge);

    // Nothing is asked while the record is looked at.
    public DateTimeOffset? NextWake(RolloutState state) => state.Restored.IsOpen
        ? NextMove.ByTime(state)
        : new[] { NextMove.ByTime(state), Questions.NextAt(spec, state), TrailRules.NextAt(spec, state) }.Min();

    public Facts Describe(RolloutState state) => new(
        state.Generation, state.Phase.ToString(), state.Id.Slot.Service, state.Id.Slot.Environment, state.Version,
        state.SpecHash);

    private static Decision<RolloutEvent> AtTheEnd(Draft draft, RolloutInput input)
    {
        if (input is Answered { Traces: { } found }) TrailRules.Take(draft, found);
        else if (input is Tick) TrailRules.GiveUp(draft);
        else return Commands.AtTheEnd(draft.State, input);
        return draft.Done();
    }

    private static Refusal? Take(Draft draft, RolloutInput input)
    {
        switch (input)
        {
            // Told again that it has begun: nothing new, but time may have passed and effects may have settled.
            case Begin or Tick or OutcomeReported:
                return null;
            case PermitGranted:
                if (draft.State.Stage is Stage.Pending) Forward.Enter(draft, 0);
                return null;
            case Answered answered:
                Evidence.Take(draft, answered);
                return null;
            // While its record is checked it neither moves nor goes back; the next finding comes within a minute.
            case Attributed attributed:
                if (!draft.State.Restored.IsOpen) Findings.Take(draft, attributed.Finding);
                return null;
            case Observed observed:
                RecordCheck.See(draft, observed.Seen);
                return null;
            case NotObserved failed:
                RecordCheck.Fail(draft, failed.Problem);
                return null;
            default:
                return draft.State.Restored.IsOpen ? RecordCheck.Take(draft, input) : Commands.Take(draft, input);
        }
    }
}
