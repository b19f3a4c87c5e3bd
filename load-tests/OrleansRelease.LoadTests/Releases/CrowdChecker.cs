using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.LoadTests.Releases;

/// <summary>
/// What the record says of fairness. Nobody waits without end: where several wait for a slot, it is given to whoever
/// goes first, so that others get before a release only what went before it, and in each slot where it waits, and again
/// whenever it has given way, the one that was moving there already. So it waits at most for
/// <c>before + services × (1 + yielded)</c> turns, one turn being the longest that any release had its slots, and the
/// longest that it took to be given each.
/// </summary>
internal sealed class CrowdChecker
{
    private readonly double _handing;
    private readonly double _holding;

    public CrowdChecker(IReadOnlyList<Written<PassageEvent>> passages, IReadOnlyList<Written<SlotEvent>> slots)
    {
        var returned = slots.Where(one => one.Event is SlotEvent.ClaimReturned)
            .GroupBy(one => $"{((SlotEvent.ClaimReturned)one.Event).Passage}")
            .ToDictionary(group => group.Key, group => group.Max(one => one.At));
        Fared = [.. passages.GroupBy(one => one.Key).Select(of => FaredOf([.. of], returned)).OfType<Fared>()];
        _holding = Fared.Select(one => one.Returned - one.Moved).DefaultIfEmpty(0).Max();
        _handing = Handing(passages, slots);
        Overtaken = slots.GroupBy(one => one.Key).Sum(slot => OvertakenIn([.. slot]));
        Overlapping = slots.GroupBy(one => one.Key).Sum(slot => HeldTwice([.. slot]));
    }

    public IReadOnlyList<Fared> Fared { get; }

    /// <summary>Grants while somebody waited there who goes first.</summary>
    public int Overtaken { get; }

    /// <summary>Grants of a slot that somebody else had.</summary>
    public int Overlapping { get; }

    public double Turn(Fared one) => _holding + (one.Services * 2 * _handing);

    /// <summary>The longest that a release may wait, in seconds.</summary>
    public double BoundOf(Fared one)
    {
        var before = Fared.Count(other => other.Rank.IsBefore(one.Rank) && other.Returned > one.Began);
        return (before + (one.Services * (1 + one.Yielded))) * Fared.Max(Turn);
    }

    private static Fared? FaredOf(List<Written<PassageEvent>> events, Dictionary<string, double> returned)
    {
        var began = events.First(one => one.Event is PassageEvent.Began);
        var moved = events.FirstOrDefault(one => one.Event is PassageEvent.MovingBegan);
        if (moved is null || !returned.TryGetValue(began.Key, out var end)) return null;
        var begin = (PassageEvent.Began)began.Event;
        return new(
            begin.Id, begin.Rank, events.Where(one => one.Event is PassageEvent.SlotLeased)
                .Select(one => ((PassageEvent.SlotLeased)one.Event).Service).Distinct().Count(),
            began.At, moved.At, end, events.Count(one => one.Event is PassageEvent.SlotsYielded));
    }

    // From the claim's write to its entry at the slot, and from the grant's write to its entry at the passage.
    private static double Handing(
        IReadOnlyList<Written<PassageEvent>> passages, IReadOnlyList<Written<SlotEvent>> slots)
    {
        var longest = 0.0;
        var entered = slots.Where(one => one.Event is SlotEvent.Claimed).Select(one =>
                (Claim: (SlotEvent.Claimed)one.Event, one.At))
            .ToDictionary(
                one => ($"{one.Claim.Claim.Passage}", one.Claim.At.Service, one.Claim.Claim.Number), one => one.At);
        foreach (var one in passages)
        {
            if (one.Event is PassageEvent.SlotClaimed claimed
                && entered.TryGetValue((one.Key, claimed.Service, claimed.Claim), out var at))
            {
                longest = Math.Max(longest, at - one.At);
            }
        }

        var granted = slots.Where(one => one.Event is SlotEvent.Granted)
            .ToLookup(one => ((SlotEvent.Granted)one.Event).Rollout, one => one.At);
        foreach (var one in passages.Where(one => one.Event is PassageEvent.SlotLeased))
        {
            var before = granted[((PassageEvent.SlotLeased)one.Event).Grant.Rollout].Where(at => at <= one.At);
            longest = Math.Max(longest, one.At - before.DefaultIfEmpty(one.At).Max());
        }

        return longest;
    }

    private static int OvertakenIn(List<Written<SlotEvent>> slot)
    {
        var (waiting, overtaken) = (new Dictionary<PassageId, Rank>(), 0);
        foreach (var one in slot)
        {
            switch (one.Event)
            {
                case SlotEvent.Claimed { Claim: var claim }:
                    waiting[claim.Passage] = claim.Rank;
                    break;
                case SlotEvent.ClaimReturned gone:
                    waiting.Remove(gone.Passage);
                    break;
                case SlotEvent.Granted granted when waiting.Remove(granted.Passage, out var rank):
                    if (waiting.Values.Any(other => other.IsBefore(rank))) overtaken++;
                    break;
                default:
                    break;
            }
        }

        return overtaken;
    }

    private static int HeldTwice(List<Written<SlotEvent>> slot)
    {
        var (holder, twice) = ((PassageId?)null, 0);
        foreach (var one in slot)
        {
            switch (one.Event)
            {
                case SlotEvent.Granted granted:
                    if (holder is not null) twice++;
                    holder = granted.Passage;
                    break;
                case SlotEvent.ClaimReturned gone when gone.Passage == holder:
                    holder = null;
                    break;
                default:
                    break;
            }
        }

        return twice;
    }
}
