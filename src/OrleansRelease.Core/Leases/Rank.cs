using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Leases;

/// <summary>
/// Who goes first where several want the same slot: whoever has waited longer, where each level of priority counts as
/// having waited so much longer. It is given once, at the first start, and never changes: so two that meet in several
/// slots are ranked alike in each, which leaves no circle, and nobody is overtaken for longer than the head start.
/// </summary>
public sealed record Rank(DateTimeOffset Since, PassageId Passage)
{
    /// <summary>How much longer each level of priority counts as having waited.</summary>
    public static readonly TimeSpan HeadStart = TimeSpan.FromMinutes(10);

    public const int LowestPriority = -10;

    public const int HighestPriority = 10;

    public static Rank Of(PassageId passage, DateTimeOffset startedAt, int priority) =>
        new(startedAt - (HeadStart * Math.Clamp(priority, LowestPriority, HighestPriority)), passage);

    /// <summary>Who goes first comes first.</summary>
    public static Comparer<Rank> FirstToLast { get; } = Comparer<Rank>.Create((one, other) =>
        one.Since != other.Since
            ? one.Since.CompareTo(other.Since)
            : string.CompareOrdinal($"{one.Passage}", $"{other.Passage}"));

    public bool IsBefore(Rank other) => FirstToLast.Compare(this, other) < 0;
}
