using System.Text.Json.Serialization;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Host.Demo;

/// <summary>What the demo has measured so far; the object of <c>--json</c>. What is null was not shown.</summary>
internal sealed record DemoResult(
    GoodVersion? Good, BadVersion? Bad, bool? SurvivedKill, bool? HeldWithoutEvidence, ReleaseShown? Release,
    bool ChainVerified)
{
    public static readonly DemoResult Nothing = new(null, null, null, null, null, false);

    /// <summary>Why it could not go on.</summary>
    public string? Failed { get; init; }

    private bool IsOnlyOfReleases => Good is null && Bad is null && Release is not null;

    [JsonIgnore]
    public bool IsAllSo =>
        (IsOnlyOfReleases || (Good is { Phase: Phase.Succeeded } && Bad is { IsAllSo: true }))
        && SurvivedKill is not false && HeldWithoutEvidence is not false
        && Release is null or { IsAllSo: true } && ChainVerified && Failed is null;
}

internal sealed record GoodVersion(string Version, Phase Phase);

/// <summary>
/// Seconds from the first bad request that a user saw: to the decision to go back, and to the last request that was
/// served by the bad version; and what had been announced before the start.
/// </summary>
internal sealed record BadVersion(
    string Version, Phase Phase, double DetectSeconds, double RollbackSeconds, double BoundSeconds,
    int FailedRequests, int TotalRequests)
{
    [JsonIgnore]
    public bool IsAllSo => Phase == Phase.RolledBack && RollbackSeconds <= BoundSeconds;
}

/// <summary>
/// A release that went through two environments, and one that was taken back in the last of them. The orders name
/// services: as the router and the processes saw them go back, and as it had been announced. Seconds are from the first
/// bad request that a user saw to the last one that any version of the release served, and what had been announced.
/// </summary>
internal sealed record ReleaseShown(
    PassagePhase GoodPhase, PassagePhase BadPhase, IReadOnlyList<string> RollbackOrder,
    IReadOnlyList<string> ExpectedOrder, double RollbackSeconds, double BoundSeconds)
{
    [JsonIgnore]
    public bool IsAllSo => GoodPhase == PassagePhase.Succeeded && BadPhase == PassagePhase.RolledBack
        && RollbackOrder.Count > 0 && RollbackOrder.SequenceEqual(ExpectedOrder) && RollbackSeconds <= BoundSeconds;
}
