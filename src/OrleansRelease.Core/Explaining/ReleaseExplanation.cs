using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;

namespace OrleansRelease.Core.Explaining;

/// <summary>
/// Why a release is where it is on its way through its environments, what would move it, and how it stands in each.
/// </summary>
public sealed record ReleaseExplanation(
    ReleaseName Name,
    ReleasePhase Phase,
    DateTimeOffset Since,
    DateTimeOffset Now,
    ImmutableArray<string> Because,
    ImmutableArray<Move> Moves,
    ImmutableArray<RefusedMove> Refused,
    ImmutableArray<ExplainedLeg> Environments);

/// <summary>One environment on its way; the newest passage there explains what goes on in it.</summary>
public sealed record ExplainedLeg(EnvironmentName Environment, PassageId? Passage, string Standing);
