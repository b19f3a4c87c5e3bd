using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Core.Releases.PassageInput;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// The rules of one release in one environment: its slots are leased before anything is done, each service moves when
/// all that it needs is verified, and what has to be taken back is, in reverse, by a plan made from what has happened.
/// As with a rollout, whatever stops it is looked at before whatever moves it.
/// </summary>
public sealed class PassageDecider : IDecider<PassageState, PassageInput, PassageEvent>
{
    private readonly PassageSpec _spec;

    public PassageDecider(PassageSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _spec = spec;
        Order = Ordering.Of(
            spec.Services.Select(service => service.Service),
            spec.Services.SelectMany(service =>
                service.Needs.Select(on => new Need(service.Service, on, NeedOrigin.Release))))
            is Ordering.Ordered ordered
            ? ordered.Order
            : throw new ArgumentException("a circle was let into a specification", nameof(spec));
    }

    public ReleaseOrder Order { get; }

    public string Kind => Kinds.Passage;

    public int Version => 2;

    public bool KeepsEffects => false;

    PassageInput IDecider<PassageState, PassageInput, PassageEvent>.Tick => new Tick();

    public PassageInput Reported(OutcomeReport report) => new OutcomeReported(report);

    public Decision<PassageEvent> Decide(PassageState? state, PassageInput input, Moment moment)
    {
        if (state is null) return Open(input, moment);
        if (input is Withdraw late) input = late.AsAbort;
        if (input is Begin begin && begin.Id != state.Id)
        {
            return new Decision<PassageEvent>.Refused(
                new(RefusalCodes.AlreadyBegun, $"{state.Id} has begun under this name"));
        }

        // Who rings does so whatever has become of whom it rings.
        if (state.IsTerminal && input is not RungInVain) return PassageCommands.AtTheEnd(_spec, state, input);

        var draft = new PassageDraft(_spec, Order, state, moment);
        PassageNews.Settle(draft);
        if (moment.HasEpochRisen) PassageNews.Doubt(draft);
        if (Take(draft, input) is { } refusal) return new Decision<PassageEvent>.Refused(refusal);
        if (!draft.State.IsTerminal) Advance(draft);
        return draft.Done();
    }

    public PassageState Evolve(PassageState? state, PassageEvent happened, DateTimeOffset at) =>
        PassageEvolution.Evolve(_spec, state, happened, at);

    // All that it does is to tell others, who know for themselves what comes too late.
    public bool MayAttempt(PassageState state, Effect effect, DateTimeOffset now) => true;

    public DateTimeOffset? NextWake(PassageState state) => state.Stage switch
    {
        PassageStage.Requiring => state.ReadAt,
        PassageStage.Halting halting => Earlier(halting.Deadline, state.ReadAt),
        PassageStage.GoingBack back => Earlier(
            Earlier(back.Overdue ? null : back.Deadline, PassageBackward.NextQuarantine(Order, state)),
            IsAwaiting(state) ? state.ReadAt : null),
        PassageStage.Stabilising now => Earlier(now.Soak.AskAt, now.Deadline),
        PassageStage.Moving or PassageStage.Held when IsAwaiting(state) => state.ReadAt,
        PassageStage.Looking => state.ReadAt,
        _ => null,
    };

    public Facts Describe(PassageState state) => new(
        state.Id.Number, state.Phase.ToString(), Environment: state.Id.Environment, SpecHash: state.SpecHash);

    private Decision<PassageEvent> Open(PassageInput input, Moment moment)
    {
        if (input is Withdraw withdrawn) return Never(withdrawn, moment);
        if (input is not Begin begin)
        {
            return new Decision<PassageEvent>.Refused(
                new(RefusalCodes.NotFound, "there is no such release in this environment"));
        }

        var began = new PassageEvent.Began(begin.Id, begin.SpecHash, begin.StartedBy, begin.Rank);
        var draft = new PassageDraft(_spec, Order, Evolve(null, began, moment.Now), moment);
        Advance(draft);
        var accepted = (Decision<PassageEvent>.Accepted)draft.Done();
        return accepted with { Events = accepted.Events.Insert(0, began) };
    }

    // Its release hears that it has ended, and whoever begins it late finds it so.
    private Decision<PassageEvent> Never(Withdraw withdrawn, Moment moment)
    {
        var began = new PassageEvent.Began(
            withdrawn.Id, withdrawn.SpecHash, withdrawn.Actor, Rank.Of(withdrawn.Id, moment.Now, 0));
        var draft = new PassageDraft(_spec, Order, Evolve(null, began, moment.Now), moment);
        draft.Finish(PassagePhase.Cancelled, new PassageCause.Person(withdrawn.Actor, withdrawn.Reason));
        var accepted = (Decision<PassageEvent>.Accepted)draft.Done();
        return accepted with { Events = accepted.Events.Insert(0, began) };
    }

    private static Refusal? Take(PassageDraft draft, PassageInput input)
    {
        switch (input)
        {
            case Begin or Tick or OutcomeReported:
                return null;
            case RequiredRead read:
                PassageForward.Take(draft, read);
                return null;
            case StandingRead read:
                PassageReversal.Take(draft, read);
                return null;
            case StandingNotRead not:
                PassageReversal.Take(draft, not);
                return null;
            case RungInVain vain:
                PassageWaits.StopRinging(draft, vain.Service);
                return null;
            case SlotGranted granted:
                PassageForward.Take(draft, granted);
                return null;
            case SlotWanted wanted:
                PassageForward.Take(draft, wanted);
                return null;
            case SlotRefused refused:
                PassageForward.Take(draft, refused);
                return null;
            case CriteriaRead read:
                PassageStabilising.Take(draft, read);
                return null;
            case NothingJudged nothing:
                PassageStabilising.Take(draft, nothing);
                return null;
            case Heard heard:
                PassageNews.Take(draft, heard);
                return null;
            default:
                return PassageCommands.Take(draft, input);
        }
    }

    private static void Advance(PassageDraft draft)
    {
        // Each round ends a stage, and none is entered twice within a decision.
        for (var round = 0; round < 5; round++)
        {
            var stage = draft.State.Stage;
            switch (stage)
            {
                case PassageStage.Requiring:
                    PassageForward.CheckRequired(draft);
                    break;
                case PassageStage.Leasing:
                    PassageForward.Lease(draft);
                    break;
                case PassageStage.Moving or PassageStage.Held:
                    PassageForward.Move(draft);
                    break;
                case PassageStage.Halting or PassageStage.GoingBack:
                    PassageBackward.GoOn(draft);
                    break;
                case PassageStage.Stabilising:
                    PassageStabilising.GoOn(draft);
                    break;
                default:
                    return;
            }

            if (draft.State.Stage == stage) return;
        }
    }

    private static bool IsAwaiting(PassageState state) => state.Parts.Any(part => part.IsAwaited);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => new[] { a, b }.Min();
}
