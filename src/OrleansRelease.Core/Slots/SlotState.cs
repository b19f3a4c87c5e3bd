using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// What runs in one slot and who may change it. <see cref="Generation"/> rises with every lease and with every
/// clean-up between leases, so that whoever held the slot before is overtaken. <see cref="Restored"/> says that the
/// store was restored, or a lease <see cref="Broken"/>, and what became of that. <see cref="Book"/> holds the claims of
/// passages; rollouts of no release wait in the <see cref="Queue"/>, and both for the one <see cref="Holder"/>.
/// <see cref="Before"/> is what was stable before what is now, and nobody has taken back, the newest first.
/// </summary>
public sealed record SlotState(
    SlotKey Slot, int LastNumber, int Generation, StableVersion? Stable, Lease? Holder,
    ImmutableArray<QueuedRollout> Queue, ImmutableArray<Retirement> Retirements, ImmutableArray<EndedRollout> Recent,
    Restored? Restored = null, ImmutableArray<Wait>? Waits = null, ImmutableArray<Waiter>? Waiters = null,
    ImmutableArray<WithdrawnWaiter>? Withdrawn = null, LeaseBook? Book = null,
    ImmutableArray<StableVersion>? Before = null, BrokenLease? Broken = null);

/// <summary>
/// The version that last completed here; the specification by which it was deployed. It was brought by a rollout, of a
/// release where there is a <see cref="Passage"/>, or a person has taken over what ran already; rows of builds before
/// do not say which. <see cref="BackBy"/>: what came after it was taken back by this passage;
/// <see cref="Since"/> is when it completed all the same.
/// </summary>
public sealed record StableVersion(
    VersionName Version, string SpecHash, DateTimeOffset Since, RolloutId? Rollout = null, PassageId? Passage = null,
    ActorName? AdoptedBy = null, PassageId? BackBy = null);

/// <summary>
/// The right to change the slot; it has no clock and ends with its holder. <see cref="Displaced"/> is the taking down
/// of the holder's version that it was waiting for: it goes on if the version does not become stable. With a
/// <see cref="Passage"/> the lease is that one's, and stays when its rollout has ended. <see cref="ByHand"/>: a person
/// has closed the slot to it, by a script.
/// </summary>
public sealed record Lease(
    QueuedRollout Rollout, int Generation, DateTimeOffset Since, Retirement? Displaced = null,
    PassageId? Passage = null, LeaseByHand? ByHand = null);

/// <summary>
/// The fence that a script has left under a lease; <see cref="IsBack"/>: what that lease has moved is taken back.
/// </summary>
public sealed record LeaseByHand(Fence Fence, bool IsBack);

/// <summary>
/// A rollout that was named and waits for the lease, and for what it requires of other services. What it
/// <see cref="Reserves"/> of error budgets is gone for others while it waits or moves. In an
/// <see cref="Emergency"/> it was started whatever was left of them, for this reason.
/// </summary>
public sealed record QueuedRollout(
    RolloutId Id, VersionName Version, string SpecHash, ActorName StartedBy, DateTimeOffset QueuedAt,
    ImmutableArray<Requirement>? Requires = null, ImmutableArray<Reservation>? Reserves = null,
    string? Emergency = null)
{
    /// <summary>It gets in line with what it has waited, as a release of one without any priority would.</summary>
    [JsonIgnore]
    public Rank Rank => Rank.Of(Id, QueuedAt, priority: 0);
}

/// <summary>
/// A version that ran before and is to be taken down, not before <see cref="At"/>. Where it never
/// <see cref="WasStable"/>, a broken lease has left it. <see cref="AfterNext"/>: not before another version becomes
/// stable, because it gets requests and a person has accepted that.
/// </summary>
public sealed record Retirement(
    VersionName Version, string SpecHash, DateTimeOffset At, int Rounds, bool Running, bool WasStable = true,
    bool AfterNext = false);

/// <summary>How a rollout left the slot; a rollout of no release by which it was superseded counts as one of its own.
/// </summary>
public sealed record EndedRollout(RolloutId Id, VersionName Version, SlotEnd End, DateTimeOffset At, PassageId? By);

public enum SlotEnd
{
    /// <summary>Its version is the stable one now.</summary>
    Succeeded,

    /// <summary>It held the lease, or its release did, and left the slot as it was.</summary>
    TakenBack,

    /// <summary>A newer one took its place before it began.</summary>
    Superseded,

    /// <summary>A person withdrew it before it began.</summary>
    Withdrawn,

    /// <summary>When its turn came, its version was stable already.</summary>
    Needless,

    /// <summary>It could not begin.</summary>
    NeverBegan,

    /// <summary>What had completed here is taken back, and what was stable before it is stable again.</summary>
    Reversed,

    /// <summary>A person has taken the lease from it.</summary>
    Broken,
}

/// <summary>Questions that a slot answers.</summary>
public static class SlotStateQuestions
{
    extension(SlotState slot)
    {
        /// <summary>Which passages want the slot, or have it.</summary>
        public LeaseBook Claims => slot.Book ?? LeaseBook.Empty;

        /// <summary>How many passages that wait go before a rollout of no release.</summary>
        public int ClaimsBefore(QueuedRollout waiting) =>
            slot.Claims.Waiting.Count(claim => claim.Rank.IsBefore(waiting.Rank));

        /// <summary>What a passage that wants it may cost: nothing where its version is stable there.</summary>
        public ImmutableArray<Reservation>? ReservedBy(Claim claim) =>
            slot.Stable?.Version == claim.Version ? null : claim.Reserves;

        /// <summary>The specification that says where to look at it; null when there is none yet.</summary>
        public string? LookBy => slot.Broken?.SpecHash ?? slot.Stable?.SpecHash ?? slot.Queue.FirstOrDefault()?.SpecHash
            ?? slot.Claims.First?.SpecHash ?? slot.Retirements.FirstOrDefault()?.SpecHash
            ?? slot.Holder?.Rollout.SpecHash;

        /// <summary>
        /// All specifications that may say which router the holder moves, its own first: that one may be lost or
        /// damaged, and why nobody can decide on the holder any more.
        /// </summary>
        public IEnumerable<string> HolderBy => new[] { slot.Holder?.Rollout.SpecHash, slot.Stable?.SpecHash }
            .Concat(slot.Retirements.Select(old => old.SpecHash)).Concat(slot.Queue.Select(queued => queued.SpecHash))
            .Concat(slot.Claims.Waiting.Select(claim => claim.SpecHash)).OfType<string>().Distinct();

        /// <summary>
        /// When it wants to be looked at because the store was restored, or a lease broken and its holder kept out;
        /// null when it does not.
        /// </summary>
        public DateTimeOffset? LookAt => slot is { Holder: null, Restored: Restored.Unseen unseen }
            && slot.Broken is null or { IsSettled: true } && slot.LookBy is not null
            ? unseen.LookAt
            : null;

        /// <summary>Why nobody gets the lease although nobody has it, for people; empty where that is not so.</summary>
        public ImmutableArray<string> ShutBecause =>
            slot.Broken?.Reasons(slot.Restored) ?? RestoredText.Reasons(slot.Restored);
    }
}

/// <summary>The bounds of a slot.</summary>
public static class SlotLimits
{
    /// <summary>How many rollouts may wait for the lease.</summary>
    public const int MaxQueue = 100;

    /// <summary>How many passages may wait for the lease; those beyond ask again, in growing intervals.</summary>
    public const int MaxClaims = 400;

    /// <summary>How many ended rollouts a slot remembers; all of them are in the log.</summary>
    public const int RememberedEnds = 20;

    /// <summary>How many versions that were stable before a slot remembers, with what has brought them.</summary>
    public const int RememberedStables = 10;

    /// <summary>How many old versions may wait to be taken down.</summary>
    public const int MaxRetirements = 20;

    /// <summary>How many other slots are rung by one; those beyond wait without.</summary>
    public const int MaxWaiters = 100;

    /// <summary>Of how many slots it is remembered that they wait no longer.</summary>
    public const int RememberedWithdrawals = 50;

    /// <summary>How often the taking down of one old version is begun again before it is given up.</summary>
    public const int RetireRounds = 5;

    /// <summary>How long to wait before an old version's taking down is begun again.</summary>
    public static readonly TimeSpan RetireAgainAfter = TimeSpan.FromMinutes(5);

    /// <summary>How long a slot that waits may not know of a change elsewhere when every bell is lost.</summary>
    public static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);
}
