namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>All kinds, in the order in which they are gone through.</summary>
internal static class FaultKinds
{
    public static readonly IReadOnlyList<FaultKind> All =
    [
        ServerFaults.OneKilled,
        ServerFaults.AllKilled,
        ServerFaults.GatewayKilled,
        ServerFaults.OneStopped,
        StoreFaults.Restarted,
        StoreFaults.Killed,
        StoreFaults.Frozen,
        ServerFaults.Rolling,
        CallerFaults.Repeated,
        RouterFaults.Hangs,
        RouterFaults.Lies,
        RouterFaults.Late,
        DiskFaults.Full,
        WireFaults.Cut,
        WireFaults.LostBothWays,
        WireFaults.LostOneWay,
        StoreFaults.ClockAhead,
        StoreFaults.ClockBack,
        TargetFaults.Hangs,
    ];
}
