using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Restoring;

/// <summary>
/// What router and target said was there: each version's share of the requests, the instances of those versions that
/// were asked about, and the fence of the last change. A router that knows nothing of the slot has no shares and no
/// fence. <see cref="TargetFence"/>: the last that the target has accepted, where it was asked and stores them.
/// <see cref="Shedding"/>: what the router refuses; null: nothing.
/// </summary>
public sealed record Observation(
    DateTimeOffset At, ImmutableSortedDictionary<string, Weight> Shares,
    ImmutableSortedDictionary<string, InstanceCount> Running, Fence? Fence, Fence? TargetFence = null,
    Shedding? Shedding = null)
{
    public Weight ShareOf(VersionName version) => Shares.GetValueOrDefault(version.ToString(), Weight.None);

    /// <summary>Instances of it are there or wanted.</summary>
    public bool Runs(VersionName version) =>
        Running.TryGetValue(version.ToString(), out var count) && (count.Wanted > 0 || count.Ready > 0);

    /// <summary>It runs, or was not asked about.</summary>
    public bool MayRun(VersionName version) => Runs(version) || !Running.ContainsKey(version.ToString());

    /// <summary>The version that has all requests; null when none has.</summary>
    public VersionName? Whole() => Shares.Where(share => share.Value == Weight.All)
        .Select(share => VersionName.Parse(share.Key)).FirstOrDefault();

    /// <summary>No version has any requests.</summary>
    public bool IsNobody() => Shares.Values.All(share => share == Weight.None);

    /// <summary>What is refused and is not on record, as people read it; null: nothing is.</summary>
    public string? SheddingText() => Shedding is null
        ? null
        : $"class low is refused over {Shedding.Capacity} requests at once; on record nothing is";

    /// <summary>As people read it: "1.0.0 90 %, 2.0.0 10 %".</summary>
    public string SharesText() => IsNobody()
        ? "nobody"
        : string.Join(", ", Shares.Where(s => s.Value > Weight.None).Select(share => $"{share.Key} {share.Value}"));
}
