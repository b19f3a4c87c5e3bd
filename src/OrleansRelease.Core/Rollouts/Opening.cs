using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Core.Rollouts.RolloutInput;

namespace OrleansRelease.Core.Rollouts;

/// <summary>What makes a rollout: that it begins, or that its release says that it never will.</summary>
internal static class Opening
{
    public static Decision<RolloutEvent> Of(RolloutSpec spec, RolloutInput input, Moment moment) => input switch
    {
        Begin { Passage: { } passage } begin when begin.Baseline == begin.Version => Needless(begin, passage, moment),
        Begin begin => new Decision<RolloutEvent>.Accepted(
            [Began(begin), .. Emergency(begin), .. Unseen(moment)],
            [Intents.RequestPermit(begin.Id, spec.MaxParallel)], [], null),
        Halt { Lost: { } lost } halt when lost.Baseline != halt.Version => Found(
            spec, Began(halt.Passage, lost, halt.Version, halt.SpecHash, halt.StartedBy), plan: null, moment),
        TakeBack { Lost: { } lost } back when lost.Baseline != back.Version => Found(
            spec, Began(back.Passage, lost, back.Version, back.SpecHash, back.StartedBy), back.Plan, moment),
        Halt halt => Never(
            new(halt.Id, halt.Passage, halt.Version, halt.SpecHash, halt.StartedBy), moment),
        TakeBack back => Never(
            new(back.Id, back.Passage, back.Version, back.SpecHash, back.StartedBy), moment),
        Leave leave => Left(leave, new(leave.Passage, leave.By, leave.Reason), moment),
        Reverse reverse => Reversed(spec, reverse, moment),
        _ => new Decision<RolloutEvent>.Refused(new(RefusalCodes.NotFound, "there is no such rollout")),
    };

    // As if it had brought the version itself, which has all requests: all of it is undone.
    private static Decision<RolloutEvent> Reversed(RolloutSpec spec, Reverse reverse, Moment moment)
    {
        var began = new RolloutEvent.Began(
            reverse.Id, reverse.Generation, reverse.Baseline, reverse.Version, reverse.SpecHash, reverse.StartedBy,
            reverse.BaselineSpecHash, Passage: reverse.Passage);
        var before = Evolution.Evolve(spec, null, began, moment.Now);
        var draft = new Draft(spec, before, moment);
        draft.Happen(new RolloutEvent.TrafficConfirmed(Units.Weight.All));
        Backward.GoAllBack(draft, new Cause.ReleaseTakenBack(reverse.Passage, reverse.Plan), isSeen: moment.Epoch == 1);
        foreach (var unseen in Unseen(moment)) draft.Happen(unseen);
        return After(began, Rings.Of(draft, before));
    }

    // As one that has begun and whose record was lost: it never goes forward, and is taken back as soon as it was seen.
    private static Decision<RolloutEvent> Found(RolloutSpec spec, RolloutEvent.Began began, int? plan, Moment moment)
    {
        var before = Evolution.Evolve(spec, null, began, moment.Now);
        var draft = new Draft(spec, before, moment);
        RecordCheck.Begin(draft);
        RecordCheck.StopUnseen(draft, plan);
        return After(began, Rings.Of(draft, before));
    }

    private static Decision<RolloutEvent>.Accepted After(RolloutEvent.Began began, Decision<RolloutEvent> decided)
    {
        var accepted = (Decision<RolloutEvent>.Accepted)decided;
        return accepted with { Events = accepted.Events.Insert(0, began) };
    }

    // As is every rule that a person steps over.
    private static ImmutableArray<RolloutEvent> Emergency(Begin begin) => begin.Emergency is { } why
        ? [new RolloutEvent.Overridden(Override.Emergency, begin.StartedBy, why)]
        : [];

    // In a store that was ever restored it looks first: it may have begun before, under this very name.
    private static ImmutableArray<RolloutEvent> Unseen(Moment moment) => moment.Epoch > 1
        ? [new RolloutEvent.RecordChecked(new Restored.Unseen(moment.Epoch, moment.Now))]
        : [];

    // Its version is stable there already: there is nothing to do, and nothing that could be taken back. But others
    // will stand on it, so in a store that was ever restored it looks as well.
    private static Decision<RolloutEvent> Needless(Begin begin, PassageId passage, Moment moment) => Ringing(
        passage, moment, moment.Epoch > 1 ? new PartStage.Moving() : new PartStage.Verified(),
        [Began(begin), new RolloutEvent.Verified(), .. Unseen(moment)]);

    // That nothing has happened is an answer, and on record: however late it is told to begin, it says no.
    private static Decision<RolloutEvent> Never(RolloutEvent.NeverBegan never, Moment moment) => Ringing(
        never.Passage, moment, new PartStage.Halted(new Happened(false, false)), never);

    // For its release it is no part that was stopped with the others: that one has to go on, or back, without it.
    private static Decision<RolloutEvent> Left(Leave leave, Cause.LeftAsItIs cause, Moment moment) => Ringing(
        leave.Passage, moment, new PartStage.Left(cause.Text),
        new RolloutEvent.NeverBegan(
            leave.Id, leave.Passage, leave.Version, leave.SpecHash, leave.StartedBy, cause));

    private static Decision<RolloutEvent> Ringing(
        PassageId? of, Moment moment, PartStage part, params ReadOnlySpan<RolloutEvent> events) =>
        of is { } passage
            ? new Decision<RolloutEvent>.Accepted(
                [.. events, new RolloutEvent.PassageRung(moment.Sequence, part)], [], [], null)
            {
                Rings = [Rings.To(passage, previous: 0)],
            }
            : new Decision<RolloutEvent>.Accepted([.. events], [], [], null);

    private static RolloutEvent.Began Began(
        PassageId passage, Grant lost, VersionName version, string specHash, ActorName startedBy) => new(
        lost.Rollout, lost.Generation, lost.Baseline, version, specHash, startedBy, lost.BaselineSpecHash, lost.IsKept,
        passage);

    private static RolloutEvent.Began Began(Begin begin) => new(
        begin.Id, begin.Generation, begin.Baseline, begin.Version, begin.SpecHash, begin.StartedBy,
        begin.BaselineSpecHash, begin.IsKept, begin.Passage);
}
