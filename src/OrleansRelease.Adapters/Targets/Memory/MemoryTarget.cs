using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Targets.Memory;

/// <summary>
/// A target that runs nothing: the contract of the real ones, kept in memory, with faults on demand and a log of all
/// calls that arrived. One instance is one outside world, so it is shared by everything that should see the same slots.
/// </summary>
public sealed class MemoryTarget(TimeProvider time) : ITarget
{
    /// <summary>How many calls the log keeps; the oldest are dropped first.</summary>
    public const int LogLimit = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<SlotKey, MemorySlot> _slots = [];
    private readonly Queue<MemoryCall> _log = [];
    private long _sequence;

    public MemoryTarget()
        : this(TimeProvider.System)
    {
    }

    public string Name => "memory";

    /// <summary>Asked for every call; null lets it pass unharmed.</summary>
    public Func<TargetVerb, TargetCall, MemoryFault?>? Faults { get; set; }

    /// <summary>The calls that arrived, in order.</summary>
    public ImmutableArray<MemoryCall> Log
    {
        get
        {
            lock (_lock) return [.. _log];
        }
    }

    public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) =>
        CallAsync(TargetVerb.Deploy, call, cancellation);

    public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
        CallAsync(TargetVerb.Retire, call, cancellation);

    public Task<VersionHealth> ObserveAsync(RolloutSpec spec, VersionName version, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock) return Task.FromResult(Slot(spec.Slot).Observe(version));
    }

    /// <summary>The version was started again by itself.</summary>
    public void CountRestart(SlotKey slot, VersionName version) =>
        Change(slot, version, health => health with { Restarts = health.Restarts + 1 });

    /// <summary>So many of the version's instances are ready now.</summary>
    public void SetReady(SlotKey slot, VersionName version, int ready) =>
        Change(slot, version, health => health with { Ready = Math.Min(ready, health.Wanted) });

    private async Task<Outcome> CallAsync(TargetVerb verb, TargetCall call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (await call.Veto.AskAsync(cancellation) is { } vetoed) return vetoed;
        switch (Faults?.Invoke(verb, call))
        {
            case null:
                return Arrive(verb, call);
            case MemoryFault.AnswerLost lost:
                Arrive(verb, call);
                return Unanswered(lost.Throws);
            case MemoryFault.CallLost lost:
                return Unanswered(lost.Throws);
            case MemoryFault.Late late:
                _ = ArriveLaterAsync(verb, call, late.Delay);
                return Unanswered(throws: false);
            case MemoryFault.Slow slow:
                await Task.Delay(slow.Delay, time, cancellation);
                return await call.Veto.AskAsync(cancellation) ?? Arrive(verb, call);
            case MemoryFault.Lies:
                return new Outcome.Applied();
            case MemoryFault.Refuses refuses:
                return new Outcome.Refused(refuses.Reason);
            case MemoryFault.NotReady not:
                return Arrive(verb, call, not.Reason);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task ArriveLaterAsync(TargetVerb verb, TargetCall call, TimeSpan delay)
    {
        await Task.Delay(delay, time);
        Arrive(verb, call);
    }

    private Outcome Arrive(TargetVerb verb, TargetCall call, string? notReady = null)
    {
        var key = call.Spec.Slot;
        lock (_lock)
        {
            var (acted, outcome) = Slot(key).Apply(call.Spec, new(call.Fence, verb, call.Version), notReady);
            if (_log.Count == LogLimit) _log.Dequeue();
            _log.Enqueue(new(++_sequence, key, verb, call.Version, call.Fence, acted, outcome));
            return outcome;
        }
    }

    private void Change(SlotKey slot, VersionName version, Func<VersionHealth, VersionHealth> change)
    {
        lock (_lock) Slot(slot).Change(version, change);
    }

    private MemorySlot Slot(SlotKey key) => _slots.TryGetValue(key, out var slot) ? slot : _slots[key] = new();

    private static Outcome.Unknown Unanswered(bool throws) =>
        throws ? throw new IOException("the connection was closed") : new("no answer came in time");
}
