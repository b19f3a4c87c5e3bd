using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Leases;

/// <summary>
/// One passage's wish for a slot. <see cref="Number"/> rises with everything that a passage says to a slot, so that
/// what comes late is known to be late.
/// </summary>
public sealed record Claim(PassageId Passage, Rank Rank, WhenBusy WhenBusy, int Number);

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
    public sealed record Refuse(Claim Asked, Claim Before) : LeaseMove;

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

    /// <summary>A passage wants the slot. The same claim again, or one that was taken back, changes nothing.</summary>
    public (LeaseBook Book, ImmutableArray<LeaseMove> Moves) Enter(Claim claim)
    {
        if (KnownNumber(claim.Passage) >= claim.Number) return (this, []);
        // A newer claim says that the older one was taken back, wherever that is.
        var (book, moves) = Without(claim.Passage, claim.Number - 1);
        if (claim.WhenBusy == WhenBusy.Reject && (book.Holder ?? First(book.Waiting)) is { } before)
            return book.Next(moves.Add(new LeaseMove.Refuse(claim, before)));
        if (claim.WhenBusy == WhenBusy.Supersede)
        {
            moves = moves.AddRange(book.Waiting.Prepend(book.Holder).OfType<Claim>()
                .Select(old => new LeaseMove.Supersede(old, claim)));
        }

        return (book with { Waiting = book.Waiting.Add(claim) }).Next(moves);
    }

    /// <summary>What a passage said up to this number holds no longer.</summary>
    public (LeaseBook Book, ImmutableArray<LeaseMove> Moves) Return(PassageId passage, int number)
    {
        if (Returned.Any(known => known.Passage == passage && known.Number >= number)) return (this, []);
        var (book, moves) = Without(passage, number);
        return (book with { Returned = Remember(book.Returned, new(passage, number)) }).Next(moves);
    }

    // Whoever goes first of all that wait gets it when it is free, and otherwise wounds the holder, once.
    private (LeaseBook Book, ImmutableArray<LeaseMove> Moves) Next(ImmutableArray<LeaseMove> moves)
    {
        if (First(Waiting) is not { } first) return (this, moves);
        if (Holder is null)
        {
            var granted = this with { Holder = first, Waiting = Waiting.Remove(first), IsWounded = false };
            return (granted, moves.Add(new LeaseMove.Grant(first)));
        }

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

    private static Claim? First(ImmutableArray<Claim> waiting) => waiting.MinBy(claim => claim.Rank, Rank.FirstToLast);

    private static ImmutableArray<ReturnedClaim> Remember(
        ImmutableArray<ReturnedClaim> returned, ReturnedClaim gone) =>
        [.. returned.Where(known => known.Passage != gone.Passage).TakeLast(RememberedReturns - 1), gone];
}
