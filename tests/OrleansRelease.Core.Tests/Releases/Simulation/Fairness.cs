using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// Who waited for whom, from what was written down alone. Slots are claimed one at a time, so until a release stands at
/// one anybody may have that. Where it stands, one that goes after it, by priority and age, has the slot before it at
/// most, and was moving there already. It <em>has its turn</em> from when nobody who goes before it wants any of its
/// slots any more; from then on it never gives way, so that it waits for no more others than it has slots, however
/// many come. Whoever has no turn has moved before it came.
/// </summary>
internal sealed class Fairness
{
    /// <summary>How long what is told a holder is on its way, and what that has told others.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(2);

    private readonly Dictionary<PassageId, Fared> _fared = [];
    private readonly Dictionary<ServiceName, List<Stand>> _stands = [];

    public IReadOnlyCollection<Fared> All => _fared.Values;

    public void Began(PassageId id, Rank rank, IReadOnlySet<ServiceName> services, DateTimeOffset at) =>
        _fared.Add(id, new Fared(id, rank, services, at));

    public void Moved(PassageId id, DateTimeOffset at) => _fared[id].Moved ??= at;

    public void Yielded(PassageId id, DateTimeOffset at) => _fared[id].Yields.Add(at);

    public void Take(ServiceName slot, SlotEvent happened, DateTimeOffset at)
    {
        switch (happened)
        {
            case SlotEvent.Claimed { Claim.Passage: var by }:
                if (!_stands.TryGetValue(slot, out var stands)) _stands.Add(slot, stands = []);
                stands.Add(new Stand(_fared[by], at));
                break;
            case SlotEvent.Granted { Passage: var to }:
                _stands[slot].Last(stand => stand.By.Id == to).GrantedAt = at;
                break;
            case SlotEvent.ClaimReturned { Passage: var by }
                when _stands.GetValueOrDefault(slot)?.LastOrDefault(stand => stand.By.Id == by) is { } gone:
                gone.ReturnedAt ??= at;
                gone.By.Returned = at;
                break;
            default:
                break;
        }
    }

    /// <summary>When its turn came; null where it moved while somebody who goes first had not even claimed.</summary>
    public DateTimeOffset? TurnOf(Fared one)
    {
        var turn = one.Began;
        foreach (var before in _fared.Values.Where(other =>
            other.Rank.IsBefore(one.Rank) && other.Began < one.Moved && other.Services.Overlaps(one.Services)))
        {
            if ((before.Returned ?? DateTimeOffset.MaxValue) is var ended && ended > turn) turn = ended;
        }

        return turn < one.Moved ? turn : null;
    }

    /// <summary>Those that it waited for since then, once for each slot: who had it, and moved it.</summary>
    public IEnumerable<(ServiceName Slot, Fared For, DateTimeOffset Since)> WaitedFor(
        Fared one, DateTimeOffset since) =>
        from slot in one.Services
        from stand in _stands[slot]
        where stand.By == one
        let start = stand.ClaimedAt > since ? stand.ClaimedAt : since
        let end = stand.GrantedAt ?? stand.ReturnedAt ?? DateTimeOffset.MaxValue
        where start < end
        from other in _stands[slot]
        where other.By != one && other.GrantedAt < end && !(other.ReturnedAt <= start)
            && other.By.Moved >= other.GrantedAt && !(other.By.Moved >= other.ReturnedAt)
        select (slot, other.By, start);

    /// <summary>Of all that it waited for, those that go after it.</summary>
    public IEnumerable<(ServiceName Slot, Fared For, DateTimeOffset Since)> Overtaking(Fared one) =>
        WaitedFor(one, one.Began).Where(wait => one.Rank.IsBefore(wait.For.Rank));

    /// <summary>What is wrong with how it fared.</summary>
    public IEnumerable<string> Problems(Fared one)
    {
        if (one.Moved is null)
        {
            yield return $"{one.Id} never moved";
            yield break;
        }

        var overtaking = Overtaking(one).ToList();
        foreach (var stand in overtaking.GroupBy(wait => (wait.Slot, wait.Since)).Where(stand => stand.Count() > 1))
            yield return $"{one.Id} was overtaken by {stand.Count()} where it stood at {stand.Key.Slot}";
        foreach (var (slot, other, since) in overtaking.Where(wait => wait.For.Moved > wait.Since + OnItsWay))
        {
            yield return $"{other.Id} began to move {slot} at {other.Moved:HH:mm:ss}, and {one.Id} stood there since "
                + $"{since:HH:mm:ss}";
        }

        if (TurnOf(one) is not { } turn) yield break;
        if (one.Yields.Exists(at => at > turn)) yield return $"{one.Id} gave way in its turn";
        var waited = WaitedFor(one, turn).ToList();
        if (waited.Count > one.Services.Count)
            yield return $"{one.Id} waited for {waited.Count} in its turn, with {one.Services.Count} slots";
    }

    /// <summary>How one release fared.</summary>
    public sealed class Fared(PassageId id, Rank rank, IReadOnlySet<ServiceName> services, DateTimeOffset began)
    {
        public PassageId Id => id;

        public Rank Rank => rank;

        public IReadOnlySet<ServiceName> Services => services;

        public DateTimeOffset Began => began;

        public DateTimeOffset? Moved { get; set; }

        /// <summary>When it gave a slot back for the last time.</summary>
        public DateTimeOffset? Returned { get; set; }

        public List<DateTimeOffset> Yields { get; } = [];
    }

    private sealed class Stand(Fared by, DateTimeOffset claimedAt)
    {
        public Fared By => by;

        public DateTimeOffset ClaimedAt => claimedAt;

        public DateTimeOffset? GrantedAt { get; set; }

        public DateTimeOffset? ReturnedAt { get; set; }
    }
}
