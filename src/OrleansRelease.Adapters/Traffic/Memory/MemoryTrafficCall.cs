using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Traffic.Memory;

/// <summary>
/// One call that arrived at the in-memory router, in the order of <see cref="Sequence"/>. <see cref="Acted"/> tells
/// whether its fence was accepted; the caller may have been told something else.
/// </summary>
public sealed record MemoryTrafficCall(
    long Sequence, DateTimeOffset At, SlotKey Slot, TrafficSplit Split, Fence Fence, bool Acted, Outcome Outcome,
    Shedding? Shedding = null);
