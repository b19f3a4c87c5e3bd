namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>Planted disorder between the record, the router and the instances is found.</summary>
public sealed class WhatTheRecordCheckersFind
{
    private const string Slot = "shop.shop-env";

    private static readonly LoggedStep[] Log =
    [
        Step(1, "shop.1", 1, "begin"),
        Step(2, "shop.1", 2, "permit-granted", [], Traffic("1.1.2")),
        Step(3, "shop.2", 1, "begin"),
        Step(4, "shop.1", 3, "outcome", ["finished"]),
        Step(5, "shop.2", 2, "permit-granted", [], Traffic("1.2.2")),
    ];

    private static readonly RouterEvent[] Router =
    [
        Applied(50, "1.1.1", ("0", 10_000)), Applied(100, "1.1.2", ("1", 10_000)),
        Applied(200, "1.2.2", ("2", 10_000)),
    ];

    [Fact]
    public void What_was_decided_once_and_moved_with_a_permit_is_well()
    {
        Assert.Empty(Fences(Router, Log));
        Assert.Empty(new PermitChecker(1, Log).Problems());
        Assert.Empty(new StopChecker(Slot, Router, [new("1", 0, 210, 5) { Stopped = 210 }]).Problems());
    }

    [Fact]
    public void A_change_at_the_router_that_nobody_decided() =>
        Has("fence 1.2.9", "is not on record", Fences([.. Router, Applied(300, "1.2.9", ("2", 10_000))], Log));

    [Fact]
    public void A_change_at_the_router_that_was_decided_twice() => Has(
        "fence 1.2.2", "decided by shop.2 #2 and shop.2 #3",
        Fences(Router, [.. Log, Step(6, "shop.2", 3, "tick", [], Traffic("1.2.2"))]));

    [Fact]
    public void More_that_move_than_may() => Has(
        "2 move, not 1", "shop.1, shop.2", new PermitChecker(1, [.. Log.Where(step => step.Position != 4)]).Problems());

    [Fact]
    public void A_change_without_a_permit() => Has(
        "shop.2", "changes something at #1, before it has a permit",
        new PermitChecker(1, [.. Log[..2], Step(3, "shop.2", 1, "begin", [], Traffic("1.2.2"))]).Problems());

    [Fact]
    public void An_instance_that_was_stopped_with_users_on_it() => Has(
        "1 was stopped at 190", "when 10000 of",
        new StopChecker(Slot, Router, [new("1", 0, 190, 5) { Stopped = 190 }]).Problems());

    private static IEnumerable<string> Fences(RouterEvent[] router, LoggedStep[] log) =>
        new FenceChecker(Slot, 60, router, log).Problems();

    private static void Has(string subject, string problem, IEnumerable<string> found) => Assert.Contains(
        found, text => text.Contains(subject, StringComparison.Ordinal)
            && text.Contains(problem, StringComparison.Ordinal));

    private static LoggedEffect Traffic(string fence) => new("set-traffic", Slot, fence);

    private static LoggedStep Step(
        long position, string key, long sequence, string input, string[]? events = null,
        params LoggedEffect[] effects) =>
        new("rollout", key, sequence, DateTimeOffset.UnixEpoch, input, null, null, events ?? [])
        {
            Position = position,
            Effects = effects,
        };

    private static RouterEvent Applied(long at, string fence, params (string Version, int Weight)[] weights) =>
        new(at, "applied", Slot, fence, weights.ToDictionary(w => w.Version, w => w.Weight), null, 0, 0, 0);
}
