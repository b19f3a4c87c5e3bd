using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Ports.Traffic;

/// <summary>Shares a slot's requests between versions. Fences as for targets.</summary>
public interface ITraffic
{
    /// <summary>The adapter's name in <see cref="TrafficConnection.Adapter"/>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether it can refuse class low first (<see cref="TrafficCall.Shedding"/>); who cannot is never asked to.
    /// </summary>
    bool Sheds => false;

    /// <summary>
    /// Makes the split hold. <see cref="Outcome.Applied"/> only when counters have shown it; when no request came in
    /// time to show it, <see cref="Outcome.Unknown"/>.
    /// </summary>
    Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation);

    /// <summary>
    /// Whatever the slot is set to, by whomever, it keeps, and refuses nothing any more: under this fence, and applied
    /// only when that was read back. Where nothing is refused nothing is changed. Who cannot shed has refused nothing.
    /// </summary>
    Task<Outcome> LiftAsync(LiftCall call, CancellationToken cancellation) =>
        Task.FromResult<Outcome>(new Outcome.Applied());

    /// <summary>
    /// No change with an older fence is taken any more, also where the slot was never set, and nothing is refused any
    /// more. In one with that, wherever requests go stays as it is: what was taken until then is not undone. Applied
    /// only when the fence was read back.
    /// </summary>
    Task<Outcome> CloseAsync(CloseCall call, CancellationToken cancellation) =>
        Task.FromResult<Outcome>(new Outcome.Refused($"'{Name}' cannot be closed to older changes"));

    /// <summary>What holds now and what was counted; changes nothing. Null when the slot is not known there.</summary>
    Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation);

    /// <summary>How many of a version's requests were bad (server errors and broken connections) in a window.</summary>
    Task<Reading> CountAsync(RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation);
}

/// <summary>
/// One attempt at a split. <see cref="Addresses"/> is where each version's instances listen, as its target said.
/// A way back (<see cref="Direction.Back"/>) is not held up by missing traffic: configuration read back is enough.
/// </summary>
public sealed record TrafficCall(
    RolloutSpec Spec, TrafficSplit Split, Fence Fence, Direction Direction,
    ImmutableDictionary<VersionName, ImmutableArray<Uri>> Addresses)
{
    /// <summary>How long the attempt may still take; null: as long as the connection's limits say.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>To be asked directly before anything is changed.</summary>
    public Veto? Veto { get; init; }

    /// <summary>The candidate's share that counters have last shown; null when that is not known.</summary>
    public Weight? Shown { get; init; }

    /// <summary>
    /// What is refused while the split holds; null: nothing, whatever was before. A part of what the fence stands for,
    /// and applied only when it was read back.
    /// </summary>
    public Shedding? Shedding { get; init; }

    /// <summary>By what the baseline was deployed; null: by the candidate's specification.</summary>
    public RolloutSpec? BaselineSpec { get; init; }

    /// <summary>The specification that a version was deployed by, and answers by.</summary>
    public RolloutSpec SpecOf(VersionName version) =>
        version == Split.Candidate ? Spec : BaselineSpec ?? Spec;
}

/// <summary>One attempt to lift what is refused; <see cref="Left"/> is how long it may still take.</summary>
public sealed record LiftCall(RolloutSpec Spec, Fence Fence, TimeSpan Left);

/// <summary>One attempt to keep older fences out; <see cref="Left"/> is how long it may still take.</summary>
public sealed record CloseCall(RolloutSpec Spec, Fence Fence, TimeSpan Left);

/// <summary>A slot as the router sees it.</summary>
public sealed record TrafficView(
    Fence Fence, ImmutableDictionary<VersionName, Weight> Weights,
    ImmutableDictionary<VersionName, RequestCount> Counts, Shedding? Shedding = null);

/// <summary>Requests since the router started to count, and how many of them were bad.</summary>
public sealed record RequestCount(long Total, long Bad);
