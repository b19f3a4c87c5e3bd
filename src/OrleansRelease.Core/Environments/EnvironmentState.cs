using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Environments;

/// <summary>
/// Which rollouts of an environment may move, and which wait for that. <see cref="Returned"/> remembers the last ones
/// that gave their permit back, so that a request which arrives after its own return gets none.
/// </summary>
public sealed record EnvironmentState(
    EnvironmentName Environment, int MaxParallel, ImmutableArray<RolloutId> Holding,
    ImmutableArray<RolloutId> Waiting, ImmutableArray<RolloutId> Returned);

/// <summary>Questions that an environment answers.</summary>
public static class EnvironmentStateQuestions
{
    extension(EnvironmentState state)
    {
        /// <summary>It has a permit, or waits for one.</summary>
        public bool Knows(RolloutId rollout) => state.Holding.Contains(rollout) || state.Waiting.Contains(rollout);
    }
}

/// <summary>The bounds of an environment.</summary>
public static class EnvironmentLimits
{
    /// <summary>How many rollouts may wait for a permit.</summary>
    public const int MaxWaiting = 1000;

    /// <summary>How many things that came while a decision was written are decided together next.</summary>
    public const int MaxTogether = 64;

    /// <summary>How many returned permits are remembered.</summary>
    public const int RememberedReturns = 200;
}
