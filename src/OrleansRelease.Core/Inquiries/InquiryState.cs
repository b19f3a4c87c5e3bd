using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Inquiries;

/// <summary>
/// What was found out about a service that got worse, and about the last time where it is well again.
/// </summary>
/// <param name="Slot">The degraded service and where it runs.</param>
/// <param name="Objective">The objective by whose requests it is worse.</param>
/// <param name="Onset">Since when it is worse, or was.</param>
/// <param name="OverAt">Since when it is well again, or nobody looks any more; null: it is worse.</param>
/// <param name="Last">The newest finding, with all that it was made from.</param>
/// <param name="Blamed">Who was blamed so far, in this order.</param>
/// <param name="Told">What each rollout was told last.</param>
/// <param name="BlamedEarlier">Who was blamed for what was worse before, and may not have heard it yet.</param>
/// <param name="Excluded">When something else was wrong: what was counted then does not say how it was before.</param>
public sealed record InquiryState(
    SlotKey Slot, string Objective, DateTimeOffset Onset, DateTimeOffset? OverAt, Finding Last,
    ImmutableArray<Blamed> Blamed, ImmutableArray<Told> Told, ImmutableArray<Blamed> BlamedEarlier,
    ImmutableArray<ExcludedTime> Excluded)
{
    /// <summary>How many that were blamed before are kept.</summary>
    public const int MostBlamedEarlier = 8;

    // With all that it was worse by before it got worse still.
    internal DateTimeOffset BadSince =>
        Excluded.Where(one => one.From is null).Select(one => one.Until).Append(Onset).Min();

    public Told? ToldOf(RolloutId rollout) => Told.FirstOrDefault(one => one.Rollout == rollout);

    /// <summary>
    /// What a rollout has to hear: the one by which it was blamed, since later ones are about others; else the newest,
    /// where that says something of it.
    /// </summary>
    public Finding? FindingFor(RolloutId rollout) =>
        Blamed.Concat(BlamedEarlier).FirstOrDefault(one => one.Rollout == rollout)?.Finding
        ?? (Last.Ranked.Any(one => one.Rollout == rollout) ? Last : null);
}

/// <summary>Who was blamed, and by what.</summary>
public sealed record Blamed(RolloutId Rollout, Finding Finding);

/// <summary>What a rollout was told, by the finding of which time.</summary>
public sealed record Told(RolloutId Rollout, Advice Advice, DateTimeOffset At);
