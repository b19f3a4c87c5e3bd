using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Simulating;

namespace OrleansRelease.Ports.Storage;

/// <summary>What is on record of rollouts that have ended, as far as it says how long their steps took.</summary>
public interface IPastRollouts
{
    /// <summary>
    /// Of those of these rollouts that have ended: by what they were carried out, and the decisions in which a step
    /// began or ended, in order; only the newest thousand decisions of each are looked at.
    /// </summary>
    Task<IReadOnlyList<PastRollout>> ReadAsync(
        IReadOnlyCollection<RolloutId> rollouts, CancellationToken cancellation);
}
