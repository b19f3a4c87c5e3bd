namespace OrleansRelease.Ports.Storage;

/// <summary>
/// A transition concerns somebody who follows others: the stream of the grain of <see cref="Kind"/> and
/// <see cref="Key"/> is rung with it. <see cref="Previous"/> is the sequence of the same source's transition that last
/// rang that stream, 0 when none did: the subscriber knows by it whether it has missed one.
/// </summary>
public sealed record Ring(string Kind, string Key, long Previous);
