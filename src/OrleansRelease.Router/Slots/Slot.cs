using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Router.Counting;
using OrleansRelease.Router.Routing;
using Addresses = System.Collections.Immutable.ImmutableSortedDictionary<
    string, System.Collections.Immutable.ImmutableArray<System.Uri>>;

namespace OrleansRelease.Router.Slots;

/// <summary>One slot: what it was told, what it does, and what it has counted.</summary>
internal sealed class Slot(SlotKey key, TimeProvider time)
{
    public const int MaxCounters = 32;

    private readonly ConcurrentDictionary<string, RequestCounter> _counters = new(StringComparer.Ordinal);
    private volatile SlotConfiguration? _acknowledged;
    private volatile Addresses _known = Addresses.Empty;
    private volatile Applied? _applied;
    private long _shed;

    public SlotKey Key { get; } = key;

    /// <summary>One change at a time: the fence is compared, stored and applied as one.</summary>
    public SemaphoreSlim Changing { get; } = new(1, 1);

    /// <summary>What was last acknowledged; the same as what is done, unless a drill is on.</summary>
    public SlotConfiguration? Acknowledged
    {
        get => _acknowledged;
        set => (_known, _acknowledged) = (value is null ? Addresses.Empty : KnownWith(value), value);
    }

    /// <summary>
    /// Where versions listen as far as it was told. While load is shed only some are named, and the others are no
    /// strangers when they come again. A restart forgets those: then they are asked for their version as new ones are.
    /// </summary>
    public Addresses Known => _known;

    /// <summary>What is done with each request now, as one: a request sees all of a change or nothing of it.</summary>
    public Applied? Applied => _applied;

    /// <summary>Who is under way, whatever it is set to.</summary>
    public Places Places { get; } = new(time);

    /// <summary>How many requests were refused to shed load; they were sent to no version.</summary>
    public long Shed => Interlocked.Read(ref _shed);

    public IEnumerable<KeyValuePair<string, RequestCounter>> Counters => _counters;

    public RequestCounter? CounterOf(string version) => _counters.GetValueOrDefault(version);

    public void CountShed() => Interlocked.Increment(ref _shed);

    /// <summary>From here on requests are shared like this. Counts of versions that stay go on.</summary>
    public void Apply(SlotConfiguration configuration)
    {
        foreach (var version in configuration.Weights.Keys) _counters.GetOrAdd(version, _ => new RequestCounter(time));
        Places.Heed(configuration.Shedding, configuration.RequestTimeout);
        _applied = new Applied(
            new WeightedChoice(configuration, version => _counters[version]),
            configuration.Shedding is { } set ? new Shedder(set) : null);
        var surplus = _counters.Where(pair => !configuration.Weights.ContainsKey(pair.Key))
            .OrderByDescending(pair => pair.Value.LastUsed).Skip(MaxCounters - configuration.Weights.Count).ToList();
        foreach (var (version, _) in surplus) _counters.TryRemove(version, out _);
    }

    private Addresses KnownWith(SlotConfiguration set) => set.Shedding is null
        ? set.Addresses
        : set.Weights.Keys.ToImmutableSortedDictionary(
            version => version,
            version => set.Addresses.GetValueOrDefault(version, [])
                .Union(_known.GetValueOrDefault(version, [])).Take(SlotRules.MaxAddresses).ToImmutableArray(),
            StringComparer.Ordinal);
}

/// <summary>Where requests go, and which of them are refused; null: none is.</summary>
internal sealed record Applied(WeightedChoice Choice, Shedder? Shedder);
