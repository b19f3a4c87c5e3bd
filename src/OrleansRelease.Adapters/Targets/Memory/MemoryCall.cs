using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets.Memory;

/// <summary>
/// One call that arrived at the in-memory target, in the order of <see cref="Sequence"/>. <see cref="Acted"/> tells
/// whether it was let through to the slot; the caller may have been told something else.
/// </summary>
public sealed record MemoryCall(
    long Sequence, SlotKey Slot, TargetVerb Verb, VersionName Version, Fence Fence, bool Acted, Outcome Outcome);
