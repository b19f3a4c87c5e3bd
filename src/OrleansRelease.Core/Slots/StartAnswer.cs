using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// A started rollout's name, and how many are before it: at 0 it holds the lease, or waits for nothing but what it
/// requires of other services.
/// </summary>
public sealed record StartAnswer(RolloutId RolloutId, int QueuePlace);
