using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>
/// Watches the upstreams' own counters after the router has acknowledged a split, until they show it, the router is
/// seen to hold something else, or the time is over.
/// </summary>
internal sealed class Verification(
    TrafficCall call, Stretch stretch, RouterClient router, UpstreamCounts upstreams, Deadline deadline,
    TimeProvider time)
{
    /// <summary>Requests that were under way at the change arrive within this time.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Without any request for this long, a split that needs none is believed as it is read back.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>How long an instance is waited for that gets no requests after a way back.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromMilliseconds(250);

    private ImmutableDictionary<VersionName, ImmutableArray<Uri>> _addresses = call.Addresses
        .Where(pair => pair.Key == call.Split.Candidate || pair.Key == call.Split.Baseline)
        .ToImmutableDictionary();

    private string? _contradicted;
    private string? _unreadable;
    private string? _tooFew;
    private long _seen;
    private bool _blind;
    private TimeSpan? _settledAt;
    private TimeSpan? _begunAt;

    public async Task<Outcome> RunAsync(CancellationToken cancellation)
    {
        await Task.Delay(deadline.AtMost(Settle), time, cancellation);
        RouterSlot? settled = null;
        while (true)
        {
            if (settled is null)
            {
                (settled, var other) = await ReadBackAsync(deadline.ForOneLook, cancellation);
                if (other is not null) return other;
                if (settled is not null) _settledAt = deadline.Passed;
            }

            if (stretch.From is null) BeginAt(await CountAsync(cancellation));
            if (deadline.IsOver) break;
            await Task.Delay(deadline.AtMost(Poll), time, cancellation);
            if (!await IsShownAsync(cancellation)) continue;
            // Of a version that does not say what it got only the router's own counts tell: from where requests count.
            if (!_blind || _settledAt <= _begunAt) return await ConfirmedAsync(settled, cancellation);
            stretch.From = null;
        }

        // A way back is not held up by missing requests, only by ones that go where none should: who has neither seen
        // what the upstreams counted nor what the router did has no reason to believe it.
        if (call.Direction == Direction.Back && _contradicted is null && _settledAt is { } at)
        {
            // A router that was first seen just now has had no time to be seen sending anything.
            if (at + Poll - deadline.Passed is var rest && rest > TimeSpan.Zero)
                await Task.Delay(rest, time, cancellation);
            return await ConfirmedAsync(settled, cancellation);
        }

        return new Outcome.Unknown(_contradicted ?? _unreadable ?? string.Create(CultureInfo.InvariantCulture,
            $"no traffic seen: {_seen} requests in {deadline.Passed.TotalSeconds:0.0}s{_tooFew}"));
    }

    private void BeginAt(CountsAtOnce counts)
    {
        (stretch.From, stretch.Last) = (counts, null);
        _begunAt = deadline.Passed;
    }

    // What is seen in this attempt, although requests may count since one before.
    private bool IsQuiet => deadline.Passed > (_begunAt ?? Settle) + Quiet;

    private async Task<CountsAtOnce> CountAsync(CancellationToken cancellation)
    {
        var counts = await upstreams.ReadAsync(
            _addresses, version => VersionEndpoint.PathOf(call.SpecOf(version).Target), LimitOf, cancellation);
        // One that hangs may be why there is a way back: it is not waited for again.
        _addresses = _addresses.ToImmutableDictionary(pair => pair.Key, pair => IsLeft(pair.Key)
            ? pair.Value.RemoveAll(address => counts.Instances[(pair.Key, address)].Requests is null)
            : pair.Value);
        return counts;
    }

    // A way back can do without counters. Going forward they are the proof, and are not cut off by the deadline.
    private TimeSpan LimitOf(VersionName version) => call.Direction == Direction.Back
        ? deadline.AtMost(IsLeft(version) ? IdleLimit : UpstreamCounts.Limit)
        : UpstreamCounts.Limit;

    private bool IsLeft(VersionName version) =>
        call.Direction == Direction.Back && call.Split.WeightOf(version) == Weight.None;

    private async Task<bool> IsShownAsync(CancellationToken cancellation)
    {
        var now = await CountAsync(cancellation);
        _blind = false;
        var candidate = Count(now, call.Split.Candidate);
        var baseline = call.Split.Baseline is { } version ? Count(now, version) : 0;
        if (candidate is not { } k || baseline is not { } rest)
        {
            if (candidate > 0 && IsLeft(call.Split.Candidate)) _contradicted = Astray(candidate.Value);
            BeginAt(now);
            return false;
        }

        (stretch.From, stretch.Last) = (stretch.From!.OrElse(now), now);
        _unreadable = null;
        _seen = k + rest;
        if (call.Split.Baseline is null) return IsShownAlone(k, now);
        if (_seen == 0 && call.Direction == Direction.Back && IsQuiet) return true;
        switch (ShareTest.Judge(call.Split.CandidateWeight.Share, stretch.Before, k, _seen))
        {
            case ShareEvidence.Shown:
                return true;
            case ShareEvidence.Contradicted(var reason):
                // Perhaps it comes later: what was counted until now is no part of that.
                _contradicted = reason;
                BeginAt(now);
                return false;
            case ShareEvidence.TooFew(var reason):
                _tooFew = $", {reason}";
                return false;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Without a baseline the candidate gets all requests, or none: no share is to be told apart.</summary>
    private bool IsShownAlone(long requests, CountsAtOnce now)
    {
        if (call.Split.CandidateWeight > Weight.None)
            return requests > 0 || deadline.Passed > Settle + Quiet;
        if (requests == 0) return IsQuiet;
        _contradicted = Astray(requests);
        BeginAt(now);
        return false;
    }

    private string Astray(long requests) => $"{requests} requests reached {call.Split.Candidate}, none should";

    /// <summary>
    /// Requests since the stretch began. Where no requests should go, an instance that is gone got none; on a way back
    /// one that cannot say, which may be why there is a way back, counts for no more than it has said.
    /// </summary>
    private long? Count(CountsAtOnce now, VersionName version)
    {
        if (IsLeft(version))
        {
            _blind |= !now.HasAll(version, call.Addresses.GetValueOrDefault(version));
            return now.AtLeastSince(stretch.From!, version);
        }

        var count = now.Since(stretch.From!, stretch.Last, version);
        if (count.Requests is { } requests) return requests;
        if (count.NobodyThere && call.Split.WeightOf(version) == Weight.None) return 0;
        _unreadable = count.Problem;
        return null;
    }

    /// <summary>The last word: the router still holds the split, and sent nothing where nothing should go.</summary>
    private async Task<Outcome> ConfirmedAsync(RouterSlot? settled, CancellationToken cancellation)
    {
        var (held, other) = await ReadBackAsync(deadline.ForLastCall, cancellation);
        if (other is not null) return other;
        if (held is null) return new Outcome.Unknown("the router did not answer when its configuration was read back");
        foreach (var (version, weight) in held.Weights.Where(pair => pair.Value == Weight.None))
        {
            if (settled is null) break;
            var (sooner, later) = (settled.StartedOf(version), held.StartedOf(version));
            // A router that has started again in between counts from nothing.
            var stray = later < sooner ? later : later - sooner;
            if (stray > 0)
                return new Outcome.Unknown($"the router sent {stray} requests to {version}, whose weight is {weight}");
        }

        return new Outcome.Applied();
    }

    private async Task<(RouterSlot? Held, Outcome? Other)> ReadBackAsync(
        TimeSpan limit, CancellationToken cancellation)
    {
        var answer = await router.GetAsync(call.Spec, limit, cancellation);
        if (answer is RouterAnswer<RouterSlot>.No({ Status: 404 }))
            return (null, new Outcome.Unknown("the router acknowledged the split and does not know the slot"));
        if (answer is not RouterAnswer<RouterSlot>.Yes(var slot)) return (null, null);
        if (slot.Fence > call.Fence) return (slot, new Outcome.Overtaken(slot.Fence));
        var other = OtherThanAcknowledged(slot);
        return (slot, other is null ? null : new Outcome.Unknown($"the router acknowledged the split and {other}"));
    }

    private string? OtherThanAcknowledged(RouterSlot slot)
    {
        if (slot.Fence != call.Fence) return $"holds that of fence {slot.Fence}";
        if (slot.OtherThan(call.Split) is { } other) return $"gives {other}";
        // Also what was to be lifted: requests that are refused are seen by no counter of a version.
        if (slot.Shedding != call.Shedding) return $"sheds {Said(slot.Shedding)}, not {Said(call.Shedding)}";
        // The bound rests on the time-out, so a router that does not keep it does not hold what it was told.
        return call.Spec.Traffic.RequestTimeout is { } timeout && slot.RequestTimeout != timeout
            ? $"ends requests after {Said(slot.RequestTimeout)}, not {Said(timeout)}"
            : null;
    }

    private static string Said(Shedding? shedding) => shedding is null
        ? "nothing"
        : string.Create(CultureInfo.InvariantCulture, $"what is over {shedding.Capacity} requests at once");

    private static string Said(TimeSpan? timeout) => timeout is { } known ? Duration.Format(known) : "no time";
}
