using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.LoadTests.Releases;

/// <summary>
/// What the record says of fairness. Nobody waits without end: a release's turn has come when nobody who goes before
/// it, by priority and age, wants any of its slots any more. From then on it never gives way, and where it stands its
/// slots are given to nobody before it, so that it waits there at most for the one that has it: for as many others in
/// all as it has slots, however many come.
/// </summary>
internal sealed class CrowdChecker
{
    private readonly Dictionary<ServiceName, List<Stand>> _stands;

    public CrowdChecker(IReadOnlyList<Written<PassageEvent>> passages, IReadOnlyList<Written<SlotEvent>> slots)
    {
        _stands = slots.GroupBy(one => one.Key).Select(slot => StandsIn([.. slot]))
            .Where(stands => stands.Count > 0).ToDictionary(stands => stands[0].Slot);
        Fared = [.. passages.GroupBy(one => one.Key).Select(of => FaredOf([.. of])).OfType<Fared>()];
        Overtaken = slots.GroupBy(one => one.Key).Sum(slot => OvertakenIn([.. slot]));
        Overlapping = slots.GroupBy(one => one.Key).Sum(slot => HeldTwice([.. slot]));
    }

    public IReadOnlyList<Fared> Fared { get; }

    /// <summary>Grants while somebody waited there who goes first.</summary>
    public int Overtaken { get; }

    /// <summary>Grants of a slot that somebody else had.</summary>
    public int Overlapping { get; }

    /// <summary>
    /// When its turn came, in seconds; null where it moved while somebody who goes before it was still about.
    /// </summary>
    public double? TurnOf(Fared one)
    {
        var turn = Fared.Where(other => other.Rank.IsBefore(one.Rank) && other.Began < one.Moved
                && other.Services.Overlaps(one.Services))
            .Select(other => other.Returned).Append(one.Began).Max();
        return turn < one.Moved ? turn : null;
    }

    /// <summary>How many others it waited for since then: who had one of its slots where it stood.</summary>
    public int WaitedFor(Fared one, double since) => (
        from service in one.Services
        from stand in _stands[service]
        where stand.By == one.Passage
        let start = Math.Max(stand.Claimed, since)
        let end = Math.Min(stand.Granted, stand.Returned)
        where start < end
        from other in _stands[service]
        where other.By != one.Passage && other.Granted < end && other.Returned > start
        select other).Count();

    private Fared? FaredOf(List<Written<PassageEvent>> events)
    {
        var began = events.First(one => one.Event is PassageEvent.Began);
        var moved = events.FirstOrDefault(one => one.Event is PassageEvent.MovingBegan);
        var begin = (PassageEvent.Began)began.Event;
        var stands = _stands.Values.SelectMany(slot => slot).Where(stand => stand.By == begin.Id).ToList();
        if (moved is null || stands.Count == 0) return null;
        if (stands.Exists(stand => double.IsInfinity(stand.Returned))) return null;
        return new(
            begin.Id, begin.Rank, stands.Select(stand => stand.Slot).ToHashSet(), began.At, moved.At,
            stands.Max(stand => stand.Returned), events.Count(one => one.Event is PassageEvent.SlotsYielded));
    }

    // Each claim by itself: when it was entered, granted, and given back.
    private static List<Stand> StandsIn(List<Written<SlotEvent>> slot)
    {
        var stands = new List<Stand>();
        foreach (var one in slot)
        {
            switch (one.Event)
            {
                case SlotEvent.Claimed { Claim.Passage: var by, At: var at }:
                    stands.Add(new(by, at.Service, one.At, double.PositiveInfinity, double.PositiveInfinity));
                    break;
                case SlotEvent.Granted granted:
                    Change(granted.Passage, stand => stand with { Granted = one.At });
                    break;
                case SlotEvent.ClaimReturned gone:
                    Change(gone.Passage, stand => stand with { Returned = Math.Min(stand.Returned, one.At) });
                    break;
                default:
                    break;
            }
        }

        return stands;

        void Change(PassageId by, Func<Stand, Stand> change)
        {
            var last = stands.FindLastIndex(stand => stand.By == by);
            if (last >= 0) stands[last] = change(stands[last]);
        }
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

    private sealed record Stand(PassageId By, ServiceName Slot, double Claimed, double Granted, double Returned);
}
