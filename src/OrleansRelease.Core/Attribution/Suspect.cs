using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Attribution;

/// <summary>A rollout that touches the degraded service, or something that it depends on.</summary>
/// <param name="Rollout">Which one; its service is in its name.</param>
/// <param name="Path">From the degraded service to the rollout's, both included; one of them if they are the same.
/// </param>
/// <param name="Steps">The shares of requests that its new version got, each from a time on, in order of time.</param>
/// <param name="Split">Requests that its new version reached and that it did not; null where nobody can say.</param>
public sealed record Suspect(
    RolloutId Rollout, ImmutableArray<ServiceName> Path, ImmutableArray<ShareStep> Steps, Split? Split)
{
    /// <summary>When its new version got its first requests; null where it has had none.</summary>
    internal DateTimeOffset? BeganAt => Steps.FirstOrDefault(step => step.Share > 0)?.At;

    /// <summary>The share of its new version at that time, from 0 to 1.</summary>
    internal double ShareAt(DateTimeOffset time) =>
        Steps.LastOrDefault(step => step.At <= time)?.Share ?? 0;
}

/// <summary>From <see cref="At"/> on the new version gets this <see cref="Share"/> of requests, from 0 to 1.</summary>
public sealed record ShareStep(DateTimeOffset At, double Share);

/// <summary>Requests by whether the new version of one rollout was reached, and where that was seen.</summary>
public sealed record Split(SeenAt SeenAt, ImmutableArray<SplitStretch> Stretches);

/// <summary>One stretch of a split; missing ones are left out, not zero.</summary>
public sealed record SplitStretch(DateTimeOffset Start, DateTimeOffset End, Count Reached, Count Missed);

/// <summary>Whose requests a split counts.</summary>
public enum SeenAt
{
    /// <summary>Those of the degraded service itself, by the version that served them or that they called.</summary>
    TheDegraded,

    /// <summary>Those to the rollout's own service: answers that only their callers find bad are good there.</summary>
    ItsOwn,
}
