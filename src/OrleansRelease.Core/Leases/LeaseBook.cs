using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Leases;

/// <summary>
/// One passage's wish for a slot, to move it to a version. <see cref="Number"/> rises with everything that a passage
/// says to a slot, so that what comes late is known to be late. <see cref="CreatedAt"/> is when the passage began; rows
/// of builds before do not say it. <see cref="Reverses"/>: what is stable there is to be taken back. What it
/// <see cref="Reserves"/> of error budgets is gone for others while it waits or moves.
/// </summary>
public sealed record Claim(
    PassageId Passage, Rank Rank, WhenBusy WhenBusy, int Number, VersionName Version, string SpecHash,
    ActorName StartedBy, DateTimeOffset? CreatedAt = null, Reversal? Reverses = null,
    ImmutableArray<Reservation>? Reserves = null)
{
    /// <summary>
    /// Whether it takes the place of what came at this time: a claim may be made long after its passage began, and what
    /// began meanwhile is newer. What is not on record was there before.
    /// </summary>
    public bool Supersedes(DateTimeOffset? other) =>
        WhenBusy == WhenBusy.Supersede && (CreatedAt is null || other is null || other < CreatedAt);
}

/// <summary>Up to which number a passage has taken back what it had said.</summary>
public sealed record ReturnedClaim(PassageId Passage, int Number);

/// <summary>What a slot has to say to passages after something was entered.</summary>
public abstract record LeaseMove
{
    private LeaseMove()
    {
    }

    /// <summary>The slot is this one's until it gives it back.</summary>
    public sealed record Grant(Claim To) : LeaseMove;

    /// <summary>Somebody who goes first wants the slot: give it back if nothing has been done yet.</summary>
    public sealed record Wound(Claim Holder, Claim By) : LeaseMove;

    /// <summary>Somebody else has it or waits for it, and this one asked not to wait.</summary>
    public sealed record Refuse(Claim Asked, PassageId Before) : LeaseMove;

    /// <summary>A newer release takes this one's place.</summary>
    public sealed record Supersede(Claim Old, Claim By) : LeaseMove;
}

/// <summary>
/// Which release has a slot and which wait for it. No entry has a clock: a lease ends when its holder says so. One that
/// goes first wounds a holder; the holder gives way only while it has done nothing, so what is done is never in doubt.
/// </summary>
public sealed record LeaseBook(
    Claim? Holder, ImmutableArray<Claim> Waiting, ImmutableArray<ReturnedClaim> Returned, bool IsWounded)
{
    /// <summary>Of how many passages it is remembered that they want it no longer.</summary>
    public const int RememberedReturns = 100;

    public static LeaseBook Empty { get; } = new(null, [], [], false);

    /// <summary>Whoever goes first of all that wait; null when nobody does.</summary>
    [JsonIgnore]
    public Claim? First => Waiting.MinBy(claim => claim.Rank, Rank.FirstToLast);

    /// <summary>The same claim was entered, or taken back, or a later one was.</summary>
    public bool Knows(Claim claim) => Knows(claim.Passage, claim.Number);

    /// <inheritdoc cref="Knows(Claim)"/>
    public bool Knows(PassageId passage, int number) => KnownNumber(passage) >= number;

    /// <summary>The same return, or a later one, was entered.</summary>
    public bool HasReturned(PassageId passage, int number) =>
        Returned.Any(known => known.Passage == passage && known.Number >= number);

    /// <summary>A passage wants the slot. The same claim again, or one that was taken back, changes nothing.</summary>
    /// <param name="claim">What it wants.</param>
    /// <param name="isFree">Nobody else may have the slot, so that this book decides who gets it.</param>
    /// <param name="other">Who has the slot, or waits for it, and is not in this book.</param>
    public (LeaseBook Book, ImmutableArray<LeaseMove> Moves) Enter(
        Claim claim, bool isFree = true, PassageId? other = null)
    {
        if (Knows(claim)) return (this, []);
        // A newer claim says that the older one was taken back, wherever that is.
        var (book, moves) = Without(claim.Passage, claim.Number - 1);
        if (claim.WhenBusy == WhenBusy.Reject && ((book.Holder ?? book.First)?.Passage ?? other) is { } before)
            return book.Next(moves.Add(new LeaseMove.Refuse(claim, before)), isFree);
        moves = moves.AddRange(book.Waiting.Prepend(book.Holder).OfType<Claim>()
            .Where(old => claim.Supersedes(old.CreatedAt)).Select(old => new LeaseMove.Supersede(old, claim)));
        return (book with { Waiting = book.Waiting.Add(claim) }).Next(moves, isFree);
    }

    /// <summary>What a passage said up to this number holds no longer.</summary>
    public (LeaseBook Book, ImmutableArray<LeaseMove> Moves) Return(
        PassageId passage, int number, bool isFree = true)
    {
        if (HasReturned(passage, number)) return (this, []);
        var (book, moves) = Without(passage, number);
        return (book with { Returned = Remember(book.Returned, new(passage, number)) }).Next(moves, isFree);
    }

    /// <summary>One that waits has the slot from now on.</summary>
    public LeaseBook Grant(Claim claim) =>
        this with { Holder = claim, Waiting = Waiting.Remove(claim), IsWounded = false };

    // Whoever goes first of all that wait gets it when it is free, and otherwise wounds the holder, once.
    private (LeaseBook Book, ImmutableArray<LeaseMove> Moves) Next(ImmutableArray<LeaseMove> moves, bool isFree)
    {
        if (First is not { } first) return (this, moves);
        if (Holder is null) return isFree ? (Grant(first), moves.Add(new LeaseMove.Grant(first))) : (this, moves);

        return !IsWounded && first.Rank.IsBefore(Holder.Rank)
            ? (this with { IsWounded = true }, moves.Add(new LeaseMove.Wound(Holder, first)))
            : (this, moves);
    }

    private (LeaseBook Book, ImmutableArray<LeaseMove> Moves) Without(PassageId passage, int number) => (
        this with
        {
            Holder = Holder?.Passage == passage && Holder.Number <= number ? null : Holder,
            IsWounded = IsWounded && !(Holder?.Passage == passage && Holder.Number <= number),
            Waiting = Waiting.RemoveAll(claim => claim.Passage == passage && claim.Number <= number),
        },
        []);

    private int KnownNumber(PassageId passage) => Waiting.Prepend(Holder).OfType<Claim>()
        .Where(claim => claim.Passage == passage).Select(claim => claim.Number)
        .Concat(Returned.Where(known => known.Passage == passage).Select(known => known.Number))
        .DefaultIfEmpty(0).Max();

    private static ImmutableArray<ReturnedClaim> Remember(
        ImmutableArray<ReturnedClaim> returned, ReturnedClaim gone) =>
        [.. returned.Where(known => known.Passage != gone.Passage).TakeLast(RememberedReturns - 1), gone];
}
