using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Freezes;

/// <summary>
/// A person's word that nothing goes forward in an environment until a time, which is the store's. Ways back go on.
/// </summary>
public sealed record Freeze(DateTimeOffset Since, DateTimeOffset Until, ActorName Actor, string Reason)
{
    private static readonly ActorName Nobody = ActorName.From("unknown");

    public bool IsInForce(DateTimeOffset now) => Until > now;

    /// <summary>
    /// What a freeze counts as whose row, last written then, cannot be read. None lasts longer than the longest, so not
    /// even this one lasts for ever.
    /// </summary>
    public static Freeze Unreadable(DateTimeOffset at) => new(
        at, at + FreezeLimits.Longest, Nobody,
        "nobody knows for how long: its row cannot be read; thaw ends it, another freeze replaces it");
}

/// <summary>
/// Whether an environment was frozen when the store was asked; <see cref="Known"/> is since when a rollout has known
/// of a freeze, and null where there is none.
/// </summary>
public sealed record FreezeFact(DateTimeOffset At, Freeze? Freeze, DateTimeOffset? Known = null);

/// <summary>The bounds of a freeze.</summary>
public static class FreezeLimits
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>The longest reason, in characters.</summary>
    public const int Reason = 1000;
}
