using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Scripts;

/// <summary>
/// One service of a way back as a script: what is done in its slot, in this order. <see cref="Fence"/> is the last that
/// its lease can have; <see cref="IsLeased"/>: the lease was given, so a later one is somebody else's.
/// </summary>
public sealed record ScriptPart(
    SlotKey Slot, VersionName? To, VersionName From, Fence Fence, bool IsLeased, ImmutableArray<string> At,
    ImmutableArray<string> Close, ImmutableArray<ScriptStep> Steps);

/// <summary>What a step does, for people, and the command that does it.</summary>
public sealed record ScriptStep(string What, string Command);
