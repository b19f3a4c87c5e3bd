using System.Collections.Concurrent;
using OrleansRelease.Core.Identity;
using OrleansRelease.Router.Counting;
using OrleansRelease.Router.Routing;

namespace OrleansRelease.Router.Slots;

/// <summary>One slot: what it was told, what it does, and what it has counted.</summary>
internal sealed class Slot(SlotKey key, TimeProvider time)
{
    public const int MaxCounters = 32;

    private readonly ConcurrentDictionary<string, RequestCounter> _counters = new(StringComparer.Ordinal);
    private volatile SlotConfiguration? _acknowledged;
    private volatile WeightedChoice? _choice;

    public SlotKey Key { get; } = key;

    /// <summary>One change at a time: the fence is compared, stored and applied as one.</summary>
    public SemaphoreSlim Changing { get; } = new(1, 1);

    /// <summary>What was last acknowledged; the same as what is done, unless a drill is on.</summary>
    public SlotConfiguration? Acknowledged
    {
        get => _acknowledged;
        set => _acknowledged = value;
    }

    public WeightedChoice? Choice => _choice;

    public IEnumerable<KeyValuePair<string, RequestCounter>> Counters => _counters;

    public RequestCounter? CounterOf(string version) => _counters.GetValueOrDefault(version);

    /// <summary>From here on requests are shared like this. Counts of versions that stay go on.</summary>
    public void Apply(SlotConfiguration configuration)
    {
        foreach (var version in configuration.Weights.Keys) _counters.GetOrAdd(version, _ => new RequestCounter(time));
        _choice = new WeightedChoice(configuration, version => _counters[version]);
        var surplus = _counters.Where(pair => !configuration.Weights.ContainsKey(pair.Key))
            .OrderByDescending(pair => pair.Value.LastUsed).Skip(MaxCounters - configuration.Weights.Count).ToList();
        foreach (var (version, _) in surplus) _counters.TryRemove(version, out _);
    }
}
