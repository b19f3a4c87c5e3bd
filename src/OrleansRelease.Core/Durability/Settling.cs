using System.Collections.Immutable;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>How reports and the passing of time change the effects that are still pending.</summary>
internal static class Settling
{
    public static OutboxEntry Claim(OutboxEntry entry, int attempt, DateTimeOffset now) =>
        entry with
        {
            Attempt = attempt,
            Running = true,
            DueAt = now + entry.Effect.Limits.Timeout + EffectLimits.Grace,
            OverAt = now + entry.Effect.Limits.Timeout + EffectLimits.Grace,
            FirstAt = attempt == 1 ? now : entry.FirstAt,
        };

    /// <summary>
    /// A new effect: its first attempt is claimed with it, or waits until <paramref name="notBefore"/>, as one that was
    /// not made.
    /// </summary>
    public static OutboxEntry Open(Effect effect, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        var entry = new OutboxEntry(effect, EffectStatus.Pending, 0, Running: false, notBefore ?? now);
        return notBefore > now ? entry : Claim(entry, 1, now);
    }

    /// <summary>The outbox after a report; the same array when the report changes nothing.</summary>
    public static ImmutableArray<OutboxEntry> Report(
        ImmutableArray<OutboxEntry> outbox, OutcomeReport report, DateTimeOffset now)
    {
        for (var i = 0; i < outbox.Length; i++)
        {
            var entry = outbox[i];
            if (entry.Effect.Ordinal != report.Ordinal) continue;
            var counts = entry.IsPending && (entry.Attempt == report.Attempt ? entry.Running : IsFinal(report.Outcome));
            return counts ? outbox.SetItem(i, Apply(entry, report.Outcome, now)) : outbox;
        }

        return outbox;
    }

    /// <summary>Attempts of which nothing was heard in time: their outcome is unknown.</summary>
    public static ImmutableArray<OutboxEntry> Lose(ImmutableArray<OutboxEntry> outbox, DateTimeOffset now) =>
        Change(outbox, now, entry => entry.Running
            ? Apply(entry, new Outcome.Unknown("no outcome was reported in time"), now)
            : entry);

    /// <summary>
    /// The store was restored: what was pending then may have happened since, whatever was heard of it before.
    /// </summary>
    public static ImmutableArray<OutboxEntry> Doubt(ImmutableArray<OutboxEntry> outbox) =>
        outbox.Any(IsOutsideAndPending)
            ? [.. outbox.Select(entry => IsOutsideAndPending(entry) ? entry with { InDoubt = true } : entry)]
            : outbox;

    /// <summary>
    /// Every waiting entry whose time has come is claimed again where <paramref name="mayAttempt"/> allows it. This is
    /// asked of the state after the decision: what has just been stopped is not tried once more.
    /// </summary>
    public static ImmutableArray<OutboxEntry> ClaimDue(
        ImmutableArray<OutboxEntry> outbox, Func<Effect, bool> mayAttempt, DateTimeOffset now) =>
        Change(outbox, now, entry => entry.Running
            ? entry
            : mayAttempt(entry.Effect)
                ? Claim(entry, entry.Attempt + 1, now)
                : entry with { DueAt = now + entry.Effect.Limits.Backoff });

    // The same array when nothing changes, so that nothing is written then.
    private static ImmutableArray<OutboxEntry> Change(
        ImmutableArray<OutboxEntry> outbox, DateTimeOffset now, Func<OutboxEntry, OutboxEntry> change)
    {
        var next = outbox;
        for (var i = 0; i < outbox.Length; i++)
        {
            if (!outbox[i].IsPending || outbox[i].DueAt > now) continue;
            var changed = change(outbox[i]);
            if (changed != outbox[i]) next = next.SetItem(i, changed);
        }

        return next;
    }

    private static bool IsOutsideAndPending(OutboxEntry entry) => entry.IsPending && entry.Effect.Action.IsOutside;

    // Whoever reads it wants to know why nothing more is done here.
    private static string OvertakenText(Fence accepted) => accepted.IsByHand
        ? $"it was taken back by hand: fence {accepted} was accepted"
        : $"fence {accepted} was accepted";

    // An older attempt's outcome arriving late counts only when it says something for good.
    private static bool IsFinal(Outcome outcome) => outcome is Outcome.Applied or Outcome.Overtaken;

    private static OutboxEntry Apply(OutboxEntry entry, Outcome outcome, DateTimeOffset now) => outcome switch
    {
        Outcome.Applied => Settle(entry, EffectStatus.Applied, null),
        Outcome.Refused refused => Settle(entry, EffectStatus.Refused, refused.Reason),
        Outcome.Overtaken over => Settle(entry, EffectStatus.Overtaken, OvertakenText(over.Accepted)),
        Outcome.NotApplied not => Again(entry, EffectStatus.NotApplied, not.Reason, now),
        Outcome.Unknown unknown => Again(entry with { InDoubt = true }, EffectStatus.Unknown, unknown.Reason, now),
        // Not tried again: what stands in the way may last for days, and the gates know more about it. There is nothing
        // that a way back would wait for.
        Outcome.NotBegun not when entry.Effect.Direction == Direction.Forward =>
            Settle(entry, EffectStatus.NotBegun, not.Reason),
        Outcome.NotBegun not => Again(entry, EffectStatus.NotApplied, not.Reason, now),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static OutboxEntry Again(OutboxEntry entry, EffectStatus last, string reason, DateTimeOffset now) =>
        NextAt(entry, now) is { } at
            ? entry with { Running = false, DueAt = at, Note = reason }
            : Settle(entry, last, reason);

    // A way back is tried for as long as its attempts may take: a router that restarts refuses three times in a second.
    // The last one begins when it can still end within that time, because the announced bound counts on it.
    private static DateTimeOffset? NextAt(OutboxEntry entry, DateTimeOffset now)
    {
        var limits = entry.Effect.Limits;
        var next = now + limits.WaitAfter(entry.Attempt);
        if (entry.Attempt < limits.Attempts) return next;
        if (entry.Effect.Direction != Direction.Back) return null;
        var last = entry.FirstAt + limits.WorstCase - limits.Timeout;
        return now + limits.Backoff > last ? null : next < last ? next : last;
    }

    private static OutboxEntry Settle(OutboxEntry entry, EffectStatus status, string? note) =>
        entry with { Status = status, Running = false, Note = note };
}
