using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Ports.Targets;

/// <summary>
/// Runs versions of services. Calls may be repeated and may arrive late: a fence lower than one accepted for the slot
/// answers <see cref="Outcome.Overtaken"/> and changes nothing, an equal one the recorded outcome.
/// </summary>
public interface ITarget
{
    /// <summary>The adapter's name in <see cref="TargetConnection.Adapter"/>.</summary>
    string Name { get; }

    /// <summary>Makes the version run, ready; at once when it already is.</summary>
    Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation);

    /// <summary>Makes no instance of the version run.</summary>
    Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation);

    /// <summary>What is there now; changes nothing.</summary>
    Task<VersionHealth> ObserveAsync(RolloutSpec spec, VersionName version, CancellationToken cancellation);
}

/// <summary>One attempt at an effect on one version of a slot.</summary>
public sealed record TargetCall(RolloutSpec Spec, VersionName Version, Fence Fence)
{
    /// <summary>How long the attempt may still take; null: as long as the connection's limits say.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>To be asked directly before anything is changed.</summary>
    public Veto? Veto { get; init; }
}

/// <summary>
/// What a target knows of one version: how many instances should run and are ready, how often they had to be started
/// again since the version was deployed, and where requests can be sent. <see cref="Last"/> is the fence of the last
/// change of the slot that it has accepted, where it stores them; <see cref="ReadyAt"/> which of the addresses are
/// those of instances that are ready, where it can tell them apart.
/// </summary>
public sealed record VersionHealth(
    VersionName Version, int Wanted, int Ready, int Restarts, ImmutableArray<Uri> Addresses, string? Note = null,
    Fence? Last = null)
{
    public ImmutableArray<Uri>? ReadyAt { get; init; }

    /// <summary>
    /// Where those listen that are ready. Empty where nobody can tell: who has not told them apart has said where all
    /// are, and some of those are not.
    /// </summary>
    public ImmutableArray<Uri> AddressesOfReady() => ReadyAt ?? (Addresses.Length <= Ready ? Addresses : []);
}
