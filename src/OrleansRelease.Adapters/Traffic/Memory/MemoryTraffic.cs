using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Traffic.Memory;

/// <summary>
/// A router that routes nothing: the contract of the real one, kept in memory, under a made-up even load, with faults
/// on demand and a log of all calls that arrived. One instance is one outside world.
/// </summary>
public sealed class MemoryTraffic(TimeProvider time) : ITraffic
{
    /// <summary>How many calls the log keeps; the oldest are dropped first.</summary>
    public const int LogLimit = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<SlotKey, MemoryRoute> _routes = [];
    private readonly Queue<MemoryTrafficCall> _log = [];
    private long _sequence;

    public MemoryTraffic()
        : this(TimeProvider.System)
    {
    }

    public string Name => "memory";

    public bool Sheds => true;

    /// <summary>Asked for every call; null lets it pass unharmed.</summary>
    public Func<TrafficCall, TrafficFault?>? Faults { get; set; }

    /// <summary>The made-up load of every slot; without any, nothing can be seen to be shared.</summary>
    public double RequestsPerSecond { get; set; } = 100;

    /// <summary>The share of a version's requests in a window that were bad.</summary>
    public Func<SlotKey, VersionName, Window, double>? BadRatio { get; set; }

    /// <summary>What is said of a window instead of its counts.</summary>
    public Func<SlotKey, VersionName, Window, Reading?>? Readings { get; set; }

    /// <summary>The calls that arrived, in order.</summary>
    public ImmutableArray<MemoryTrafficCall> Log
    {
        get
        {
            lock (_lock) return [.. _log];
        }
    }

    public async Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation)
    {
        if (await call.Veto.AskAsync(cancellation) is { } vetoed) return vetoed;
        var fault = Faults?.Invoke(call);
        if (fault is TrafficFault.CallLost { Throws: true }) throw new HttpRequestException("the call was lost");
        if (fault is TrafficFault.CallLost) return new Outcome.Unknown("the call was lost");
        if (fault is TrafficFault.Unreachable(var why)) return new Outcome.NotApplied(why);
        if (fault is TrafficFault.Slow(var delay))
        {
            try
            {
                await Task.Delay(delay, time, cancellation);
            }
            catch (OperationCanceledException)
            {
                return new Outcome.Unknown("the router did not answer in time");
            }

            if (await call.Veto.AskAsync(cancellation) is { } late) return late;
        }

        lock (_lock)
        {
            var outcome = Arrive(call, fault);
            if (fault is not TrafficFault.AnswerLost lost || outcome is Outcome.Overtaken) return outcome;
            return lost.Throws
                ? throw new HttpRequestException("the answer was lost")
                : new Outcome.Unknown("the answer was lost");
        }
    }

    public Task<Outcome> LiftAsync(LiftCall call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock) return Task.FromResult(Route(call.Spec.Slot).Lift(call.Fence));
    }

    public Task<Outcome> CloseAsync(CloseCall call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock) return Task.FromResult(Route(call.Spec.Slot).Close(call.Fence));
    }

    public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var slot = spec.Slot;
            if (_routes.GetValueOrDefault(slot) is not { Accepted: { } fence, Weights: var weights } route)
                return Task.FromResult<TrafficView?>(null);
            var now = time.GetUtcNow();
            var counts = weights.Keys.ToImmutableDictionary(
                version => version, version => Count(slot, route, version, new Window(0, route.Since ?? now, now)));
            return Task.FromResult<TrafficView?>(new TrafficView(fence, weights, counts, route.Shedding));
        }
    }

    public Task<Reading> CountAsync(
        RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var slot = spec.Slot;
        if (Readings?.Invoke(slot, version, window) is { } instead) return Task.FromResult(instead);
        lock (_lock)
        {
            var reading = window.End > time.GetUtcNow() ? new Reading.NoData("the window is not over yet")
                : _routes.GetValueOrDefault(slot) is { } route
                    && route.Seconds(version, window.Start, window.End) is not null
                    && Count(slot, route, version, window) is var count ? new Reading.Counts(count.Bad, count.Total)
                : (Reading)new Reading.NoData($"the window was not counted completely for {version}");
            return Task.FromResult(reading);
        }
    }

    /// <summary>The router starts again without anything that it was told about a slot.</summary>
    public void Forget(SlotKey slot)
    {
        lock (_lock) Route(slot).Forget();
    }

    private Outcome Arrive(TrafficCall call, TrafficFault? fault)
    {
        var slot = call.Spec.Slot;
        var route = Route(slot);
        var refused = fault is TrafficFault.Refuses(var reason) ? new Outcome.Refused(reason) : route.Refuse(call);
        var outcome = refused ?? Act(call, route, fault);
        _log.Enqueue(new MemoryTrafficCall(
            ++_sequence, time.GetUtcNow(), slot, call.Split, call.Fence, refused is null, outcome, call.Shedding));
        if (_log.Count > LogLimit) _log.Dequeue();
        return outcome;
    }

    private Outcome Act(TrafficCall call, MemoryRoute route, TrafficFault? fault)
    {
        route.Acknowledge(call);
        switch (fault)
        {
            case TrafficFault.Late(var delay):
                _ = ApplyLateAsync(call, route, delay);
                break;
            case TrafficFault.Lies:
                break;
            default:
                route.Apply(call.Split, time.GetUtcNow());
                break;
        }

        var outcome = Seen(call, route);
        if (fault is TrafficFault.Forgets) route.Forget();
        return fault is TrafficFault.Forgets
            ? new Outcome.Unknown("the router acknowledged the split and does not know the slot")
            : outcome;
    }

    private Outcome Seen(TrafficCall call, MemoryRoute route)
    {
        var needsNone = call.Direction == Direction.Back || call.Split.Baseline is null;
        if (RequestsPerSecond > 0)
        {
            return route.Holds(call.Split)
                ? new Outcome.Applied()
                : new Outcome.Unknown("the upstreams' counters contradict the router");
        }

        return needsNone ? new Outcome.Applied() : new Outcome.Unknown("no traffic seen: 0 requests");
    }

    private async Task ApplyLateAsync(TrafficCall call, MemoryRoute route, TimeSpan delay)
    {
        await Task.Delay(delay, time);
        lock (_lock)
        {
            if (route.Accepted == call.Fence) route.Apply(call.Split, time.GetUtcNow());
        }
    }

    private RequestCount Count(SlotKey slot, MemoryRoute route, VersionName version, Window window)
    {
        var seconds = route.Seconds(version, window.Start, window.End) ?? 0;
        var total = (long)Math.Round(seconds * RequestsPerSecond);
        var ratio = BadRatio?.Invoke(slot, version, window) ?? 0;
        if (ratio is < 0 or > 1) throw new UnreachableException($"a bad ratio is 0 to 1, not {ratio}");
        return new RequestCount(total, (long)Math.Round(total * ratio));
    }

    private MemoryRoute Route(SlotKey slot) =>
        _routes.TryGetValue(slot, out var route) ? route : _routes[slot] = new MemoryRoute();
}
