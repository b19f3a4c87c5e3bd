using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Traffic.Memory;

/// <summary>What the in-memory router holds of one slot. Only ever used under the router's lock.</summary>
internal sealed class MemoryRoute
{
    /// <summary>Changes that are kept to count windows by; older ones are forgotten.</summary>
    public const int MaxChanges = 200;

    private readonly List<(DateTimeOffset At, ImmutableDictionary<VersionName, Weight> Weights)> _changes = [];

    public Fence? Accepted { get; private set; }

    public TrafficSplit? Acknowledged { get; private set; }

    public Shedding? Shedding { get; private set; }

    /// <summary>Whether requests are really shared as acknowledged.</summary>
    public bool Holds(TrafficSplit split) =>
        _changes.Count > 0 && Same(_changes[^1].Weights, WeightsOf(split));

    /// <summary>Null when the call may go on, by a higher fence or as a repetition.</summary>
    public Outcome? Refuse(TrafficCall call) =>
        Accepted is not { } accepted || call.Fence > accepted ? null
        : call.Fence < accepted ? new Outcome.Overtaken(accepted)
        : call.Split == Acknowledged && call.Shedding == Shedding ? null
        : new Outcome.Refused($"fence {call.Fence} was accepted with other content");

    public void Acknowledge(TrafficCall call) =>
        (Accepted, Acknowledged, Shedding) = (call.Fence, call.Split, call.Shedding);

    /// <summary>All but what is refused stays as it is.</summary>
    public Outcome Lift(Fence fence)
    {
        if (Accepted > fence) return new Outcome.Overtaken(Accepted.Value);
        if (Shedding is not null) (Accepted, Shedding) = (fence, null);
        return new Outcome.Applied();
    }

    /// <summary>Also where nothing was ever set; requests go where they went.</summary>
    public Outcome Close(Fence fence)
    {
        if (Accepted > fence) return new Outcome.Overtaken(Accepted.Value);
        (Accepted, Shedding) = (fence, null);
        return new Outcome.Applied();
    }

    public void Apply(TrafficSplit split, DateTimeOffset now)
    {
        if (Holds(split)) return;
        _changes.Add((now, WeightsOf(split)));
        if (_changes.Count > MaxChanges) _changes.RemoveAt(0);
    }

    public void Forget()
    {
        (Accepted, Acknowledged, Shedding) = (null, null, null);
        _changes.Clear();
    }

    /// <summary>Seconds of full traffic that a version got in a window; null when not all of it was seen.</summary>
    public double? Seconds(VersionName version, DateTimeOffset from, DateTimeOffset to)
    {
        if (_changes.Count == 0 || from < _changes[0].At) return null;
        if (!_changes.Any(change => change.Weights.ContainsKey(version))) return null;
        var seconds = 0.0;
        for (var i = 0; i < _changes.Count; i++)
        {
            var begin = _changes[i].At > from ? _changes[i].At : from;
            var end = i + 1 < _changes.Count && _changes[i + 1].At < to ? _changes[i + 1].At : to;
            if (end > begin)
                seconds += (end - begin).TotalSeconds * _changes[i].Weights.GetValueOrDefault(version).Share;
        }

        return seconds;
    }

    public DateTimeOffset? Since => _changes.Count == 0 ? null : _changes[0].At;

    /// <summary>None where it was closed and never set.</summary>
    public ImmutableDictionary<VersionName, Weight> Weights =>
        Acknowledged is { } split ? WeightsOf(split) : ImmutableDictionary<VersionName, Weight>.Empty;

    private static ImmutableDictionary<VersionName, Weight> WeightsOf(TrafficSplit split)
    {
        var weights = ImmutableDictionary<VersionName, Weight>.Empty.Add(split.Candidate, split.CandidateWeight);
        return split.Baseline is { } baseline ? weights.SetItem(baseline, split.WeightOf(baseline)) : weights;
    }

    private static bool Same(
        ImmutableDictionary<VersionName, Weight> one, ImmutableDictionary<VersionName, Weight> other) =>
        one.Count == other.Count
        && one.All(pair => other.TryGetValue(pair.Key, out var weight) && weight == pair.Value);
}
