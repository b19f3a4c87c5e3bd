using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// What the first of the queue requires of another slot, and what is known of that. <see cref="Heard"/> is the sequence
/// up to which the other slot's decisions have been read, <see cref="Stable"/> what was stable there then; at
/// <see cref="ReadAt"/> they are read again, although nobody rings. <see cref="Number"/> is 0 while it is not asked
/// to ring: before the first reading, or because it said no, until the next one.
/// </summary>
public sealed record Wait(
    Requirement Requires, DateTimeOffset Since, DateTimeOffset ReadAt, int Number, bool Registered, long Heard,
    DateTimeOffset? HeardAt, VersionName? Stable)
{
    public bool IsMet() => HeardAt is not null && Requires.IsMetBy(Stable);
}

/// <summary>
/// Another slot, or a passage, that waits for a version of this one. It is rung with every change of what is stable
/// here, and compares itself; <see cref="RungAt"/> is the sequence at which that was last.
/// </summary>
public sealed record Waiter(
    [property: JsonPropertyName("slot")] WaiterName Who, VersionName AtLeast, int Number, DateTimeOffset Since,
    long RungAt)
{
    /// <summary>Why a slot does not ring one more.</summary>
    public static string Enough(SlotKey at) => $"{SlotLimits.MaxWaiters} slots wait for a version of {at}";
}

/// <summary>Up to which number somebody has taken back what was asked for: what that says comes too late.</summary>
public sealed record WithdrawnWaiter([property: JsonPropertyName("slot")] WaiterName Who, int Number);
