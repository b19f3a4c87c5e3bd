using System.Text.Json.Serialization;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Host.Demo;

/// <summary>What the demo has measured so far; the object of <c>--json</c>. What is null was not shown.</summary>
internal sealed record DemoResult(
    GoodVersion? Good, BadVersion? Bad, bool? SurvivedKill, bool? HeldWithoutEvidence, bool ChainVerified)
{
    public static readonly DemoResult Nothing = new(null, null, null, null, false);

    /// <summary>Why it could not go on.</summary>
    public string? Failed { get; init; }

    [JsonIgnore]
    public bool IsAllSo =>
        Good is { Phase: Phase.Succeeded }
        && Bad is { Phase: Phase.RolledBack } && Bad.RollbackSeconds <= Bad.BoundSeconds
        && SurvivedKill is not false && HeldWithoutEvidence is not false && ChainVerified && Failed is null;
}

internal sealed record GoodVersion(string Version, Phase Phase);

/// <summary>
/// Seconds from the first bad request that a user saw: to the decision to go back, and to the last request that was
/// served by the bad version; and what had been announced before the start.
/// </summary>
internal sealed record BadVersion(
    string Version, Phase Phase, double DetectSeconds, double RollbackSeconds, double BoundSeconds,
    int FailedRequests, int TotalRequests);
