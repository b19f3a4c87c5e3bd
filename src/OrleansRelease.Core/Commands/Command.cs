using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Commands;

/// <summary>Who asks, why, and the id that makes a repetition the same command.</summary>
public sealed record Command(CommandId Id, ActorName Actor, string? Reason = null);
