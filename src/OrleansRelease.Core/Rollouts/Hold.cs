using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// Why a rollout stands still: a person asked, evidence is missing, something was found, or several of these. Never
/// none. <see cref="Findings"/> has one for each service that got worse; null: none, and it is never empty.
/// </summary>
public sealed record Hold(PersonHold? Person, EvidenceHold? Evidence, ImmutableArray<FindingHold>? Findings = null);

public sealed record PersonHold(ActorName Actor, string? Reason, DateTimeOffset Since);

/// <summary>
/// A metric that gives no usable verdict. At <see cref="GiveUpAt"/> the rollout goes back by itself; null when the
/// service asked to hold until a person decides.
/// </summary>
public sealed record EvidenceHold(
    string Metric, Verdict Verdict, string Reason, DateTimeOffset Since, DateTimeOffset? GiveUpAt);

/// <summary>A service got worse, and this rollout may be why.</summary>
/// <param name="Degraded">The service that got worse, and where it runs.</param>
/// <param name="Onset">Since when it is worse.</param>
/// <param name="At">When the newest finding was made that holds.</param>
/// <param name="Since">When the first one was taken.</param>
/// <param name="EndsAt">When it ends by itself if no newer finding comes.</param>
/// <param name="Words">Why it was decided to hold, for people.</param>
/// <param name="Own">The arithmetic of this rollout, for people.</param>
public sealed record FindingHold(
    SlotKey Degraded, DateTimeOffset Onset, DateTimeOffset At, DateTimeOffset Since, DateTimeOffset EndsAt,
    string Words, string Own);

/// <summary>Questions that a hold answers.</summary>
public static class HoldQuestions
{
    extension(Hold hold)
    {
        /// <summary>
        /// Since when nobody is to act, whatever is measured: a person or a finding holds it. Null: neither does. What
        /// a step is given to be done goes on only after it.
        /// </summary>
        public DateTimeOffset? StandsSince =>
            (hold.Findings ?? []).Select(found => (DateTimeOffset?)found.Since).Append(hold.Person?.Since).Min();

        /// <summary>When the first of its findings ends by itself; null: none holds.</summary>
        public DateTimeOffset? FindingEndsAt =>
            (hold.Findings ?? []).Select(found => (DateTimeOffset?)found.EndsAt).Min();
    }
}
