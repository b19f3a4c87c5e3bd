using System.Collections.Concurrent;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Router.Events;

namespace OrleansRelease.Router.Slots;

/// <summary>All slots, and the one way to change them: compare the fence, store, apply, acknowledge.</summary>
internal sealed class SlotTable
{
    public const int MaxSlots = 2_000;

    public static readonly TimeSpan Lateness = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<SlotKey, Slot> _slots = new();
    private readonly SlotStore _store;
    private readonly EventLog _log;
    private readonly TimeProvider _time;
    private readonly RouterFault _fault;

    private SlotTable(SlotStore store, EventLog log, TimeProvider time, RouterFault fault) =>
        (_store, _log, _time, _fault) = (store, log, time, fault);

    public IEnumerable<Slot> Slots => _slots.Values;

    public static SlotTable Load(RouterOptions options, EventLog log, TimeProvider time)
    {
        var store = new SlotStore(options.DataFolder);
        if (options.Fault == RouterFault.Forgets) store.Forget();
        var table = new SlotTable(store, log, time, options.Fault);
        foreach (var (key, configuration) in store.Read())
        {
            var slot = new Slot(key, time) { Acknowledged = configuration };
            slot.Apply(configuration);
            table._slots[key] = slot;
        }

        return table;
    }

    public Slot? Find(SlotKey key) => _slots.GetValueOrDefault(key);

    /// <summary>Null when the slot is now set like this, or was already by the same fence.</summary>
    public async Task<Problem?> SetAsync(SlotKey key, SlotConfiguration configuration, CancellationToken cancellation)
    {
        if (TooMany(key) is { } full) return full;
        var slot = _slots.GetOrAdd(key, added => new Slot(added, _time));
        await slot.Changing.WaitAsync(cancellation);
        try
        {
            if (slot.Acknowledged is { } current && Compare(current, configuration) is var answer and not Answer.Newer)
                return Answered(key, configuration, current, answer);
            Change(slot, configuration);
            return null;
        }
        finally
        {
            slot.Changing.Release();
        }
    }

    /// <summary>
    /// From here on no change with an older fence is taken, and nothing is refused any more; where requests go stays as
    /// it is, whoever has set that until this moment. A slot that was never set is only closed.
    /// </summary>
    public async Task<(SlotConfiguration? Closed, Problem? Problem)> CloseAsync(
        SlotKey key, Fence fence, CancellationToken cancellation)
    {
        if (TooMany(key) is { } full) return (null, full);
        var slot = _slots.GetOrAdd(key, added => new Slot(added, _time));
        await slot.Changing.WaitAsync(cancellation);
        try
        {
            var closed = (slot.Acknowledged ?? SlotConfiguration.Nothing) with { Fence = fence, Shedding = null };
            if (slot.Acknowledged is { } current)
            {
                if (current.Fence == fence) return (current, null);
                if (current.Fence > fence) return (null, Answered(key, closed, current, Answer.Older));
            }

            Change(slot, closed);
            return (closed, null);
        }
        finally
        {
            slot.Changing.Release();
        }
    }

    private Problem? TooMany(SlotKey key) => !_slots.ContainsKey(key) && _slots.Count >= MaxSlots
        ? new Problem(422, "too-many-slots", $"this router holds {MaxSlots} slots, its most")
        : null;

    private enum Answer
    {
        Newer,
        Same,
        Other,
        Older,
    }

    private static Answer Compare(SlotConfiguration current, SlotConfiguration wanted) =>
        wanted.Fence > current.Fence ? Answer.Newer
        : wanted.Fence < current.Fence ? Answer.Older
        : Vocabulary.Write(InUse(wanted)) == Vocabulary.Write(InUse(current)) ? Answer.Same
        : Answer.Other;

    // Where a version without weight listens changes nothing, and a repetition may know more or less of it: one that
    // hangs is not waited for, and must not get its own way back refused.
    private static SlotConfiguration InUse(SlotConfiguration configuration) => configuration with
    {
        Addresses = configuration.Addresses.RemoveRange(
            configuration.Addresses.Keys.Where(version => configuration.Weights.GetValueOrDefault(version) == 0)),
    };

    private Problem? Answered(SlotKey key, SlotConfiguration wanted, SlotConfiguration current, Answer answer)
    {
        if (answer == Answer.Same) return null;
        var problem = answer == Answer.Older
            ? new Problem(409, "fence-overtaken", $"fence {wanted.Fence} is lower than {current.Fence}", current.Fence)
            : new Problem(409, "fence-reused", $"fence {wanted.Fence} was accepted with other content", current.Fence);
        _log.Refused(key, wanted, problem.Code, current.Fence);
        return problem;
    }

    private void Change(Slot slot, SlotConfiguration configuration)
    {
        if (_fault is RouterFault.Lies or RouterFault.Late)
        {
            slot.Acknowledged = configuration;
            _log.Accepted(slot.Key, configuration);
            if (_fault == RouterFault.Late) _ = ApplyLateAsync(slot, configuration);
            return;
        }

        // Stored first: a crash right here leaves a change that nobody was told of, but never a fence that is
        // forgotten after requests have been sent by it.
        _store.Write(slot.Key, configuration, slot.Acknowledged);
        _log.Accepted(slot.Key, configuration);
        slot.Apply(configuration);
        slot.Acknowledged = configuration;
        _log.Applied(slot.Key, configuration);
    }

    private async Task ApplyLateAsync(Slot slot, SlotConfiguration configuration)
    {
        await Task.Delay(Lateness, _time);
        await slot.Changing.WaitAsync();
        try
        {
            _store.Write(slot.Key, configuration, slot.Acknowledged);
            slot.Apply(configuration);
            _log.Applied(slot.Key, configuration);
        }
        finally
        {
            slot.Changing.Release();
        }
    }
}
