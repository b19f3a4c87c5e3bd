using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Host.Demo;

/// <summary>What the demo has measured; the object of <c>--json</c>.</summary>
internal sealed record DemoResult(
    GoodVersion Good, BadVersion Bad, bool? SurvivedKill, bool? HeldWithoutEvidence, bool ChainVerified)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsAllSo =>
        Good.Phase == Phase.Succeeded && Bad.Phase == Phase.RolledBack && Bad.RollbackSeconds <= Bad.BoundSeconds
        && SurvivedKill is not false && HeldWithoutEvidence is not false && ChainVerified;
}

internal sealed record GoodVersion(string Version, Phase Phase);

/// <summary>
/// Seconds from the first bad request that a user saw: to the decision to go back, and to the last request that was
/// served by the bad version; and what had been announced before the start.
/// </summary>
internal sealed record BadVersion(
    string Version, Phase Phase, double DetectSeconds, double RollbackSeconds, double BoundSeconds,
    int FailedRequests, int TotalRequests);
