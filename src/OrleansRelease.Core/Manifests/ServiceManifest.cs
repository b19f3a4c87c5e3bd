using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests;

/// <summary>A deployable thing of the catalogue.</summary>
public sealed record ServiceManifest(ManifestHead Metadata, ServiceSpec Spec)
    : Manifest(Metadata, ManifestKind.Service);

public sealed record ServiceSpec(
    string? Owner = null,
    string? Runbook = null,
    string? Artifact = null,
    ImmutableArray<Dependency>? DependsOn = null,
    WorkloadSpec? Workload = null,
    ReadinessSpec? Readiness = null,
    StrategyChoice? Strategy = null,
    RollbackSpec? Rollback = null,
    TimeSpan? RequestTimeout = null,
    ImmutableSortedDictionary<string, ServiceOverrides>? Environments = null,
    ImmutableArray<SloSpec>? Slos = null,
    Quantity? DegradationBudget = null,
    ImmutableArray<string>? MinimumTelemetry = null);

/// <summary>A service that moves first, and the version at which it must be verified.</summary>
public sealed record Dependency(ServiceName Service, VersionName? AtLeast = null);

/// <summary>How the service runs, one entry per kind of target.</summary>
public sealed record WorkloadSpec(ProcessWorkload? Process = null);

/// <summary>
/// The command line of one instance; <c>{{version}}</c> and <c>{{port}}</c> are filled in when it starts.
/// </summary>
public sealed record ProcessWorkload(ImmutableArray<string> Command);

/// <summary>What differs in one environment.</summary>
public sealed record ServiceOverrides(
    WorkloadSpec? Workload = null,
    ReadinessSpec? Readiness = null,
    StrategyChoice? Strategy = null,
    RollbackSpec? Rollback = null,
    TimeSpan? RequestTimeout = null,
    ImmutableArray<SloSpec>? Slos = null,
    Quantity? DegradationBudget = null,
    ImmutableArray<string>? MinimumTelemetry = null);
