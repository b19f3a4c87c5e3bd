using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// What a rollout does after its store was restored. It looks first; where its record holds it goes on by itself, and
/// where it does not a person says what follows. Until then it neither moves nor goes back.
/// </summary>
internal static class RecordCheck
{
    /// <summary>
    /// Nobody waits any longer for what was under way: whether it happened is not known, and its fence is an old one.
    /// </summary>
    public static void Begin(Draft draft)
    {
        draft.Abandon(Direction.Forward);
        draft.Abandon(Direction.Back);
        draft.Happen(new RolloutEvent.RecordChecked(new Restored.Unseen(draft.Moment.Epoch, draft.Now)));
    }

    /// <summary>A doubled or late look changes nothing.</summary>
    public static void See(Draft draft, Observation seen)
    {
        if (draft.State.Restored is not Restored.Unseen unseen) return;
        var differences = unseen.IsAborted
            ? [.. OfOthers(draft.State, seen)]
            : Differences(draft.State, draft.Moment.Outbox, seen);
        if (!differences.IsEmpty)
        {
            draft.Happen(new RolloutEvent.RecordChecked(new Restored.Differs(unseen.Epoch, seen, differences)));
            return;
        }

        if (unseen.IsAborted)
        {
            draft.Happen(new RolloutEvent.RecordChecked(new Restored.Accepted(unseen.Epoch, seen)));
            if (draft.State.Stage is Stage.GoingBack back) Backward.GoBack(draft, back.Cause);
            else OfRelease.StopAgain(draft);
            return;
        }

        // What runs and was never started by the record is no hindrance, and still to be taken back. One that runs
        // because it is kept is not.
        var isMore = draft.State is { IsKept: false, IsNeedless: false } && seen.Runs(draft.State.Version)
            && !MayBeDeployed(draft.Moment.Outbox);
        draft.Happen(new RolloutEvent.RecordChecked(isMore ? new Restored.Accepted(unseen.Epoch, seen) : null));
        if (draft.State.Stage is Stage.GoingBack) Backward.Repeat(draft);
    }

    public static void Fail(Draft draft, string problem)
    {
        if (draft.State.Restored is not Restored.Unseen unseen) return;
        draft.Happen(new RolloutEvent.RecordChecked(
            unseen with { LookAt = draft.Now + Restored.LookAgainAfter, Problem = problem }));
    }

    /// <summary>What people and the slot may ask meanwhile.</summary>
    public static Refusal? Take(Draft draft, RolloutInput input)
    {
        switch (input, draft.State.Restored, draft.State.Stage)
        {
            // Standing still is what it does.
            case (RolloutInput.Pause, _, _):
            case (RolloutInput.Abort, _, Stage.Verified or Stage.Halted):
                return Commands.Take(draft, input);
            // Its release has completed by the record, and the slot is looked at when nobody has it any more.
            case (RolloutInput.Complete completed, _, Stage.Verified) when completed.Passage == draft.State.Passage:
            // It has done nothing, so there is nothing to be seen before it stops.
            case (RolloutInput.Halt or RolloutInput.TakeBack, _, _)
                when draft.State.IsNeedless && MayStop(draft.State, input):
                draft.Happen(new RolloutEvent.RecordChecked(null));
                return OfRelease.Take(draft, input);
            // What is there is no matter to it any more, but that requests may be refused there.
            case (RolloutInput.Leave leave, _, _) when leave.Passage == draft.State.Passage:
                var refusal = OfRelease.Take(draft, input);
                draft.Happen(new RolloutEvent.RecordChecked(null));
                return refusal;
            case (RolloutInput.Leave or RolloutInput.Reverse, _, _):
                return OfRelease.Take(draft, input);
            case (RolloutInput.Halt or RolloutInput.TakeBack, Restored.Differs differs, _)
                when MayStop(draft.State, input) && !OfOthers(draft.State, differs.Seen).Any():
                Accept(draft, differs);
                return OfRelease.Take(draft, input);
            case (RolloutInput.Halt or RolloutInput.TakeBack, Restored.Unseen unseen, _)
                when unseen is { Problem: not null } or { IsAborted: true } && MayStop(draft.State, input):
                StopUnseen(draft, (input as RolloutInput.TakeBack)?.Plan);
                return null;
            case (RolloutInput.Retry, Restored.Differs differs, _):
                draft.Happen(new RolloutEvent.RecordChecked(new Restored.Unseen(differs.Epoch, draft.Now)));
                return null;
            case (RolloutInput.Abort abort, Restored.Unseen { Problem: not null } unseen,
                Stage.Pending or Stage.Moving or Stage.Held):
                AbortUnseen(draft, abort, unseen);
                return null;
            case (RolloutInput.Abort, Restored.Unseen { Problem: not null }, Stage.GoingBack):
                return null;
            case (RolloutInput.Abort, Restored.Differs differs, Stage.Pending or Stage.Moving or Stage.Held):
                Accept(draft, differs);
                return Commands.Take(draft, input);
            case (RolloutInput.Resume, Restored.Differs differs, Stage.Verified)
                when !(differs.Seen.ShareOf(draft.State.Version) == Weight.All
                    && differs.Seen.Runs(draft.State.Version)):
                return Refuse(draft.State);
            case (RolloutInput.Resume, Restored.Differs differs, _):
                Accept(draft, differs);
                GoOn(draft);
                return null;
            default:
                return Refuse(draft.State);
        }
    }

    // Whoever goes back by itself is asked nothing.
    private static bool MayStop(RolloutState state, RolloutInput input) =>
        (state.MayMove || state.Stage is Stage.Verified or Stage.Halted)
        && state.Passage == input switch
        {
            RolloutInput.Halt halt => halt.Passage,
            RolloutInput.TakeBack back => back.Passage,
            _ => null,
        };

    /// <summary>
    /// As with an abort: everything may have happened until it was seen, and it is looked at once more, at once.
    /// </summary>
    public static void StopUnseen(Draft draft, int? plan)
    {
        if (draft.State.Stage is not Stage.Halted) draft.Happen(new RolloutEvent.Halted(Happened.Anything));
        if (plan is { } turn && draft.State.Stage is Stage.Halted { Plan: null })
            draft.Happen(new RolloutEvent.TurnCame(turn));
        if (draft.State.Restored is Restored.Unseen { IsAborted: false } unseen)
            draft.Happen(new RolloutEvent.RecordChecked(unseen with { LookAt = draft.Now, IsAborted = true }));
    }

    // Whoever is silent may not be needed for a way back, so it is looked again at once. As nothing is known yet, what
    // the two versions share is taken back, whatever it is; what others have is still for a person to say.
    private static void AbortUnseen(Draft draft, RolloutInput.Abort abort, Restored.Unseen unseen)
    {
        Backward.Announce(draft, new Cause.Person(abort.Actor, abort.Reason));
        draft.Happen(new RolloutEvent.RecordChecked(unseen with { LookAt = draft.Now, IsAborted = true }));
    }

    private static void Accept(Draft draft, Restored.Differs differs) => draft.Happen(new RolloutEvent.RecordChecked(
        draft.State.IsNeedless ? null : new Restored.Accepted(differs.Epoch, differs.Seen)));

    // Nothing that was reached before is taken for granted: every target state is said again, under the new epoch.
    private static void GoOn(Draft draft)
    {
        switch (draft.State.Stage)
        {
            // What is verified stays so: others stand on it, and only its release takes it back.
            case Stage.Moving or Stage.Held:
                Forward.Enter(draft, 0);
                break;
            case Stage.GoingBack back:
                Backward.GoBack(draft, back.Cause);
                break;
            case Stage.Stuck stuck:
                Backward.GoBack(draft, stuck.Cause);
                break;
            default:
                break;
        }
    }

    private static Refusal Refuse(RolloutState state) => state.Restored switch
    {
        Restored.Differs differs when state.Stage is Stage.Verified => new(
            RefusalCodes.Restored, $"what is there is not what is on record: {string.Join("; ", differs.Differences)}",
            $"retry to look again when {state.Version} has all requests, or abort {state.Passage} to take it back"),
        Restored.Differs differs => new(
            RefusalCodes.Restored, $"what is there is not what is on record: {string.Join("; ", differs.Differences)}",
            "resume to go on from what is there, abort to take it back, or retry to look again"),
        Restored.Unseen { Problem: { } problem } => new(
            RefusalCodes.Restored, $"the store was restored, and what is there could not be seen yet: {problem}",
            state.Stage is Stage.Verified
                ? $"the same when it was seen, or abort {state.Passage}"
                : "the same when it was seen, or abort"),
        _ => new(
            RefusalCodes.Restored, "the store was restored: what is there is being looked at", "repeat in a moment"),
    };

    public static ImmutableArray<string> Differences(
        RolloutState state, ImmutableArray<OutboxEntry> outbox, Observation seen) =>
        [
            .. OfHand(state, seen), .. OfShares(state, outbox, seen), .. OfInstances(state, outbox, seen),
            .. OfShedding(state, outbox, seen),
        ];

    // A way back that is still to send users back lifts it, whoever has set it.
    private static IEnumerable<string> OfShedding(
        RolloutState state, ImmutableArray<OutboxEntry> outbox, Observation seen)
    {
        if (seen.SheddingText() is { } text && LoadShedding.NotLifted(outbox) is null
            && !LoadShedding.IsLiftedByPlan(state.Stage))
        {
            yield return text;
        }
    }

    // Who took it back by hand meant that it stays so, also where the record is older than what was taken back.
    private static IEnumerable<string> OfHand(RolloutState state, Observation seen)
    {
        if (state.Stage is Stage.GoingBack or Stage.Stuck or Stage.Halted) yield break;
        if (seen.Fence is { IsByHand: true } fence && fence.Generation >= state.Generation)
            yield return $"it was taken back by hand: fence {fence} was accepted";
    }

    private static IEnumerable<string> OfShares(
        RolloutState state, ImmutableArray<OutboxEntry> outbox, Observation seen)
    {
        if (state.IsNeedless)
        {
            if (seen.ShareOf(state.Version) != Weight.All)
                yield return $"requests go to {seen.SharesText()}; on record {state.Version} is stable and has all";
            yield break;
        }

        var expected = Expected(state, outbox);
        var share = seen.ShareOf(state.Version);
        var rest = state.Baseline is { } baseline ? seen.ShareOf(baseline) : Weight.None;
        var isRest = rest == (state.Baseline is null ? Weight.None : share.Rest);
        if (expected.Contains(share) && isRest && !HaveOthers(state, seen)) yield break;
        var wanted = string.Join(" or ", expected.Distinct().Select(weight => $"{weight}"));
        yield return $"requests go to {seen.SharesText()}; on record {state.Version} has {wanted}"
            + (state.Baseline is null ? "" : $", {state.Baseline} the rest");
    }

    private static IEnumerable<string> OfOthers(RolloutState state, Observation seen)
    {
        if (!HaveOthers(state, seen)) yield break;
        yield return $"requests go to {seen.SharesText()}; on record they are shared by "
            + string.Join(" and ", new[] { state.Baseline, state.Version }.Where(version => version is not null));
    }

    private static bool HaveOthers(RolloutState state, Observation seen) => seen.Shares.Any(other =>
        other.Value > Weight.None && other.Key != $"{state.Version}" && other.Key != $"{state.Baseline}");

    // A way back leads to nothing at all, wherever it is; what was under way may have happened or not.
    private static List<Weight> Expected(RolloutState state, ImmutableArray<OutboxEntry> outbox)
    {
        if (Undone(state).Any(step => step is UndoStep.RestoreTraffic)) return [Weight.None];
        var expected = new List<Weight> { state.Exposure.Confirmed };
        if (state.Stage is Stage.GoingBack or Stage.Stuck) expected.Add(Weight.None);
        // All that may have happened since the last one that surely did.
        foreach (var entry in outbox.Reverse().Where(entry => entry.Effect.Direction == Direction.Forward))
        {
            if (entry.Effect.Action is not EffectAction.SetTraffic set) continue;
            if (entry.MayHaveHappened) expected.Add(set.Split.CandidateWeight);
            if (entry.Status == EffectStatus.Applied) break;
        }

        return expected;
    }

    private static IEnumerable<UndoStep> Undone(RolloutState state) => state.Stage switch
    {
        Stage.GoingBack back => back.Plan.Steps.Take(back.Done),
        Stage.Stuck stuck => stuck.Plan.Steps.Take(stuck.Done),
        _ => [],
    };

    private static bool MayBeDeployed(ImmutableArray<OutboxEntry> outbox) => outbox.Any(entry =>
        entry.Effect is { Direction: Direction.Forward, Action: EffectAction.Deploy } && entry.MayHaveHappened);

    private static IEnumerable<string> OfInstances(
        RolloutState state, ImmutableArray<OutboxEntry> outbox, Observation seen)
    {
        // What a way back misses it starts, and what it stops may be gone.
        if (state.Stage is Stage.GoingBack or Stage.Stuck or Stage.Halted) yield break;
        if (state.Baseline is { } baseline && !seen.Runs(baseline)) yield return $"{baseline} does not run";
        var isDeployed = outbox.Any(entry => entry is
        {
            Status: EffectStatus.Applied,
            Effect: { Direction: Direction.Forward, Action: EffectAction.Deploy },
        });
        if (isDeployed && !seen.Runs(state.Version)) yield return $"{state.Version} does not run";
    }
}
