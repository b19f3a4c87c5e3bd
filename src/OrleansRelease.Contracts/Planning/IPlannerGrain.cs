using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Contracts.Planning;

/// <summary>
/// Resolves what is in the catalogue to the specification of one rollout. Any number of these work at a time; the
/// key is 0.
/// </summary>
[Alias("orel.planner"), GrainInterfaceType("orel.planner")]
public interface IPlannerGrain : IGrainWithIntegerKey
{
    /// <summary>What holds for a service in an environment, each value with its origin.</summary>
    [Alias("effective")]
    Task<Answer<EffectiveView>> EffectiveAsync(
        ServiceName service, EnvironmentName environment, CancellationToken cancellation);

    /// <summary>
    /// The rules by which Prometheus judges what services have promised in an environment, with the catalogue as it is
    /// now.
    /// </summary>
    [Alias("rules")]
    Task<Answer<RulesFile.Written>> RulesAsync(RulesRequest request, CancellationToken cancellation);

    /// <summary>
    /// What a start would do; moves nothing. What cannot be resolved is refused; what forbids a start that could be
    /// resolved is in the plan.
    /// </summary>
    [Alias("plan")]
    Task<Answer<RolloutPlan>> PlanAsync(StartRequest request, CancellationToken cancellation);

    /// <summary>
    /// Refuses services that would, with what the catalogue holds beside them, wait for each other's versions in a
    /// circle; null when they would not.
    /// </summary>
    [Alias("check-requirements")]
    Task<Refusal?> CheckRequirementsAsync(
        ImmutableArray<ServiceManifest> services, CancellationToken cancellation);

    /// <summary>Resolves, stores the specification, and starts the rollout at its slot.</summary>
    [Alias("start")]
    Task<Answer<StartAnswer>> StartAsync(
        StartRequest request, Command command, bool dryRun, CancellationToken cancellation);

    /// <summary>
    /// What starting an applied release would do; moves nothing. What cannot be resolved is refused; what forbids a
    /// start that could be resolved is in the plan.
    /// </summary>
    [Alias("plan-release")]
    Task<Answer<ReleasePlan>> PlanReleaseAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation);

    /// <summary>
    /// What would keep a release from starting if the catalogue stayed as it is, with what is applied beside it.
    /// </summary>
    [Alias("notes-on")]
    Task<ImmutableArray<string>> NotesOnAsync(
        ReleaseManifest release, ImmutableArray<Manifest> beside, CancellationToken cancellation);

    /// <summary>All that a simulation of a release goes by; moves and stores nothing.</summary>
    [Alias("simulation")]
    Task<Answer<SimulationGround>> SimulationAsync(SimulationRequest request, CancellationToken cancellation);

    /// <summary>
    /// All that an applied release would be carried through an environment by, with the catalogue as it is now: stored,
    /// with the specification of each of its rollouts. Everything that keeps it from starting is refused at once.
    /// </summary>
    [Alias("resolve-passage")]
    Task<Answer<ResolvedPassage>> ResolvePassageAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation);
}

/// <summary>The rules of this service there; null: of all that have promised something.</summary>
public sealed record RulesRequest(EnvironmentName Environment, ServiceName? Service = null);

/// <summary>Simulate this release there, with these manifests as if they had been applied.</summary>
public sealed record SimulationRequest(
    ReleaseName Release, EnvironmentName Environment, ImmutableArray<Manifest> Given);

/// <summary>What a passage is carried out by, and the hash under which it is in the store.</summary>
public sealed record ResolvedPassage(PassageSpec Spec, string SpecHash);

/// <summary>
/// Move this service to this version in this environment. <see cref="Emergency"/> is why that has to be whatever is
/// left of its error budgets; null: it is none.
/// </summary>
public sealed record StartRequest(
    ServiceName Service, EnvironmentName Environment, VersionName Version, string? Digest = null,
    string? Emergency = null);
