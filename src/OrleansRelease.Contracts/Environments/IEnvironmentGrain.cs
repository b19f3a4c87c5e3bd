using Orleans.Concurrency;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Environments;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Contracts.Environments;

/// <summary>One environment, by name: gives the permits of its concurrency budget.</summary>
[Alias("orel.environment"), GrainInterfaceType("orel.environment")]
public interface IEnvironmentGrain : IDurableGrain
{
    /// <summary>Asks once for a permit; it comes by <c>GrantPermitAsync</c>. Null when the request was taken.</summary>
    [Alias("request-permit")]
    Task<Refusal?> RequestPermitAsync(RolloutId rollout, int maxParallel, CancellationToken cancellation);

    [Alias("return-permit")]
    Task ReturnPermitAsync(RolloutId rollout, CancellationToken cancellation);

    [AlwaysInterleave, ReadOnly, Alias("get")]
    Task<Answer<EnvironmentView>> GetAsync(CancellationToken cancellation);
}

/// <summary>The state of an environment and the number of the transition that led to it.</summary>
public sealed record EnvironmentView(EnvironmentState State, long Sequence);
