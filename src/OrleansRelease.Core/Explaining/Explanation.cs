using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>
/// Why a rollout is where it is, what would move it, what is refused, how bad it is for customers, and the way back.
/// <see cref="Burns"/> are of the error budgets by which it is judged; null: nobody has looked yet, or there are none.
/// </summary>
public sealed record Explanation(
    RolloutId Id,
    VersionName? From,
    VersionName To,
    Phase Phase,
    DateTimeOffset Since,
    DateTimeOffset Now,
    Weight Share,
    ImmutableArray<string> Because,
    ImmutableArray<Move> Moves,
    ImmutableArray<RefusedMove> Refused,
    Impact? Customers,
    ExplainedWayBack WayBack,
    string? Owner,
    string? Runbook,
    ImmutableArray<ExplainedBurn>? Burns = null,
    ExplainedTrail? Trail = null);

public enum MovedBy
{
    Itself,
    You,
}

/// <summary>
/// Something that would move the rollout: by itself, at a time where one is known, or by a command of yours.
/// </summary>
public sealed record Move(MovedBy By, string What, DateTimeOffset? At = null, string? Command = null)
{
    public static Move ByYou(string verb, RolloutId rollout) =>
        new(MovedBy.You, verb, Command: $"orel rollout {verb} {rollout}");
}

/// <summary>A command that would be refused now, with the reason.</summary>
public sealed record RefusedMove(string What, string Code, string Why);

/// <summary>What the last windows say of the new version's requests, and the verdict on the newest of them.</summary>
public sealed record Impact(string Metric, double Bad, double Total, int Windows, Verdict? Newest);

/// <summary>The newest look at the burn of an error budget by which a rollout is judged.</summary>
/// <param name="Metric">Its name, which says of which objective and whose requests.</param>
/// <param name="At">The end of its windows.</param>
/// <param name="Verdict">Only a Fail does anything.</param>
/// <param name="Detail">For people.</param>
/// <param name="Burn">The arithmetic; null where there are no numbers.</param>
public sealed record ExplainedBurn(
    string Metric, DateTimeOffset At, Verdict Verdict, string Detail, BurnVerdict? Burn);

/// <summary>Where the way back leads, its steps, and how long it takes at most.</summary>
public sealed record ExplainedWayBack(VersionName? To, ImmutableArray<string> Steps, TimeSpan AtMost, string? Health);
