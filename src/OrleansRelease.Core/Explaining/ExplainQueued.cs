using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Explains a rollout that has a name but has not begun, from the row of the slot that named it.</summary>
public static class ExplainQueued
{
    private static readonly Command Abort = new(CommandId.From("explain"), ActorName.From("explain"));

    /// <summary>Null when the slot does not wait for it.</summary>
    public static Explanation? Of(RolloutId id, Row<SlotState> row, DateTimeOffset now)
    {
        if (row.State is not { } state) return null;
        if (state.Holder?.Rollout is { } holder && holder.Id == id) return AboutToBegin(holder, row, state, now);
        return state.Queue.FirstOrDefault(queued => queued.Id == id) is { } queued
            ? Waiting(queued, row, state, now)
            : null;
    }

    private static Explanation AboutToBegin(
        QueuedRollout holder, Row<SlotState> row, SlotState state, DateTimeOffset now)
    {
        if (state.Holder?.Passage is { } passage)
        {
            return Pending(
                holder, row, state, $"{passage} has the lease, and begins this when all that it needs is verified",
                "begins when its turn comes", now);
        }

        var beginning = row.Outbox.FirstOrDefault(entry =>
            entry is { IsPending: true, Effect.Action: EffectAction.BeginRollout });
        return beginning?.Note is not { } note
            ? Pending(holder, row, state, "it has the lease and is about to begin", null, now)
            : Pending(
                holder, row, state,
                string.Create(CultureInfo.InvariantCulture,
                    $"it has the lease and could not begin, {beginning.Attempt} attempts so far: {note}"),
                "is tried again", now);
    }

    private static Explanation Waiting(QueuedRollout queued, Row<SlotState> row, SlotState state, DateTimeOffset now)
    {
        // Nobody holds the slot, and still nobody gets it: after a restore, or because of what the first requires.
        if (state is { Holder: null, Restored: not null })
        {
            return Pending(
                queued, row, state, string.Join("; ", state.ShutBecause),
                state.LookAt is null ? null : "begins when it was seen that what is there is what is on record", now);
        }

        if (state.Holder is null && state.Queue[0] == queued) return Requiring(queued, row, state, now);
        var first = state.Holder?.Rollout ?? state.Queue[0];
        var before = state.Queue.IndexOf(queued) - (state.Holder is null ? 1 : 0) + state.ClaimsBefore(queued);
        var verb = state.Holder is null ? "waits, and is to move" : "is moving";
        var whole = state.Holder?.Passage ?? first.Id;
        return Pending(
            queued, row, state,
            string.Create(CultureInfo.InvariantCulture,
                $"{whole} {verb} {state.Slot} to {first.Version}; {before} more wait before this one"),
            $"begins when {whole} has ended", now);
    }

    /// <summary>The first of the queue, which has everything but what it requires of other services.</summary>
    private static Explanation Requiring(QueuedRollout first, Row<SlotState> row, SlotState state, DateTimeOffset now)
    {
        var unmet = state.AllWaits.Where(wait => !wait.IsMet()).ToList();
        var pending = Pending(first, row, state, "what it requires is being read", null, now);
        return pending with
        {
            Because = unmet.Count == 0 ? pending.Because : [.. unmet.SelectMany(wait => Why(wait, row, state, now))],
            Moves =
            [
                .. unmet.Select(wait => new Move(
                    MovedBy.Itself, $"begins when {wait.Requires} is stable in {state.Slot.Environment}")),
                .. unmet.Select(wait => new Move(
                    MovedBy.Itself, $"asks {state.SourceOf(wait)} again, unless that rings before", wait.ReadAt)),
                .. pending.Moves,
            ],
            Refused = pending.Refused.Add(new(
                "promote", RefusalCodes.Pending, "what a service requires is a gate, and no gate is skipped")),
        };
    }

    private static IEnumerable<string> Why(Wait wait, Row<SlotState> row, SlotState state, DateTimeOffset now)
    {
        var since = Readable.Clock(wait.Since, now);
        yield return wait.HeardAt is null
            ? $"waits since {since} for {wait.Requires}: what is stable there is being read"
            : $"waits since {since} for {wait.Requires}: {wait.Requires.Standing(wait.Stable)}";
        if (WhyUnrung(wait, row, state) is { } why)
            yield return $"{state.SourceOf(wait)} does not ring, so it is only asked: {why}";
    }

    private static string? WhyUnrung(Wait wait, Row<SlotState> row, SlotState state) =>
        wait is { HeardAt: not null, Number: 0 }
            ? Waiter.Enough(state.SourceOf(wait))
            : row.Outbox.FirstOrDefault(entry => entry is { IsPending: true, Note: not null }
                && entry.Effect.Action is EffectAction.RegisterWaiter asked && asked.Number == wait.Number)?.Note;

    private static Explanation Pending(
        QueuedRollout rollout, Row<SlotState> row, SlotState slot, string why, string? byItself, DateTimeOffset now)
    {
        var refused = RefusesAbort(rollout.Id, row, now);
        ImmutableArray<Move> itself = byItself is null ? [] : [new Move(MovedBy.Itself, byItself)];
        return new(
            rollout.Id, slot.Stable?.Version, rollout.Version, Phase.Pending, rollout.QueuedAt, now, Weight.None,
            [why],
            refused is not null
                ? itself
                : itself.Add(Move.ByYou("abort", rollout.Id)),
            refused is null ? [] : [new RefusedMove("abort", refused.Code, refused.Reason)],
            null, new ExplainedWayBack(slot.Stable?.Version, [], TimeSpan.Zero, null), null, null);
    }

    // Asked of the very rules that will decide it.
    private static Refusal? RefusesAbort(RolloutId rollout, Row<SlotState> row, DateTimeOffset now) =>
        new SlotDecider().Step(row, new SlotInput.Withdraw(rollout), Abort, epoch: 0, now)
            is StepResult<SlotState>.Refused refused
            ? refused.Refusal
            : null;
}
