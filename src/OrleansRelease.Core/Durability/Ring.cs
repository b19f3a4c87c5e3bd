namespace OrleansRelease.Core.Durability;

/// <summary>
/// The stream of one durable thing that a transition rings: whoever it belongs to should read that transition.
/// <see cref="Previous"/> is the sequence at which the same source last rang the same stream; 0 before the first.
/// </summary>
public sealed record Ring(string Kind, string Key, long Previous);
