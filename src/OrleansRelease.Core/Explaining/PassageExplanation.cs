using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Explaining;

/// <summary>
/// Why a release is where it is in an environment, what would move it, what is refused, how it stands with each of its
/// services, and the way back; null where nothing of it can be read.
/// </summary>
public sealed record PassageExplanation(
    PassageId Id,
    PassagePhase Phase,
    DateTimeOffset Since,
    DateTimeOffset Now,
    ImmutableArray<string> Because,
    ImmutableArray<Move> Moves,
    ImmutableArray<RefusedMove> Refused,
    ImmutableArray<ExplainedPart> Services,
    PlannedRollback? WayBack);

/// <summary>One service of it, in the order in which they move.</summary>
public sealed record ExplainedPart(
    ServiceName Service, VersionName? From, VersionName? To, RolloutId? Rollout, string Standing);
