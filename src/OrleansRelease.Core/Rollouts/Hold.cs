using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Rollouts;

/// <summary>Why a rollout stands still: a person asked, evidence is missing, or both. Never neither.</summary>
public sealed record Hold(PersonHold? Person, EvidenceHold? Evidence);

public sealed record PersonHold(ActorName Actor, string? Reason, DateTimeOffset Since);

/// <summary>
/// A metric that gives no usable verdict. At <see cref="GiveUpAt"/> the rollout goes back by itself; null when the
/// service asked to hold until a person decides.
/// </summary>
public sealed record EvidenceHold(
    string Metric, Verdict Verdict, string Reason, DateTimeOffset Since, DateTimeOffset? GiveUpAt);
