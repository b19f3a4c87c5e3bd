namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>A checker that finds nothing proves nothing: each kind of disorder, planted, is found.</summary>
public sealed class WhatTheCheckerFinds
{
    private const string Slot = "shop.shop-env";

    private static readonly int[] Planned = [1_000, 5_000, 10_000];

    private static readonly RouterEvent[] Good =
    [
        Applied(100, "1.1.2", ("1", 10_000)),
        Applied(1_000, "1.2.3", ("1", 9_000), ("2", 1_000)),
        Applied(2_000, "1.2.4", ("1", 5_000), ("2", 5_000)),
        Applied(3_000, "1.2.5", ("1", 0), ("2", 10_000)),
        Applied(4_000, "1.3.3", ("2", 9_000), ("3", 1_000)),
        Requests(4_500, "3", 7),
        Applied(5_000, "1.3.5", ("2", 10_000), ("3", 0)),
    ];

    private static readonly ServedRun[] GoodRuns = [new("1", 0, 3_500, 10), new("2", 900, 6_000, 10)];

    [Fact]
    public void A_canary_and_a_way_back_as_planned_are_well() => Assert.Empty(Check(Good, GoodRuns));

    [Fact]
    public void An_older_fence() => Finds("fence 1.2.9", [.. Good, Applied(6_000, "1.2.9", ("1", 10_000), ("2", 0))]);

    [Fact]
    public void The_same_fence_twice() => Finds("fence 1.3.5", [.. Good, Good[^1] with { At = 6_000 }]);

    [Fact]
    public void Weights_that_are_not_all_requests() =>
        Finds("sum to 9900", [.. Good, Applied(6_000, "1.4.1", ("2", 8_900), ("4", 1_000))]);

    [Fact]
    public void A_step_that_was_left_out() => Finds("when 5000 was next", [.. Good[..2], Good[3]]);

    [Fact]
    public void A_step_back_that_is_none() =>
        Finds("got 1000 when", [.. Good[..3], Applied(2_500, "1.2.5", ("1", 9_000), ("2", 1_000))]);

    [Fact]
    public void A_step_forward_after_the_way_back() =>
        Finds("after it had been taken back", [.. Good, Applied(6_000, "1.3.6", ("2", 9_000), ("3", 1_000))]);

    [Fact]
    public void A_rollout_that_was_forgotten_in_the_middle() =>
        Finds("was left at step 1 of 3", [.. Good[..2], Applied(4_000, "1.3.3", ("1", 9_000), ("3", 1_000))]);

    [Fact]
    public void A_last_rollout_that_was_left_in_the_middle() => Finds("was left at step 2 of 3", Good[..3]);

    [Fact]
    public void Requests_on_what_was_taken_back() => Finds("3 requests began", [.. Good, Requests(7_000, "3", 3)]);

    [Fact]
    public void Two_instances_of_one_version() =>
        Assert.Contains(Check(Good, [.. GoodRuns, new("2", 2_000, 5_000, 10)]), Has("2 ran twice"));

    [Fact]
    public void A_way_back_to_another_version_than_before() =>
        Finds("left [1, 10000] when", [.. Good[..^1], Applied(5_000, "1.3.5", ("1", 10_000), ("3", 0))]);

    [Fact]
    public void A_step_forward_on_no_evidence()
    {
        RouterEvent[] seen =
            [.. Good[..2], Requests(1_500, "2", 3), Good[2], Requests(2_500, "2", 2), .. Good[3..]];
        Assert.Contains(
            new OutsideChecker(Slot, Planned, seen, GoodRuns) { Samples = 3 }.Problems(),
            Has("got 10000 when 2 requests had been sent to it since it got 5000"));
        Assert.Empty(new OutsideChecker(Slot, Planned, seen, GoodRuns) { Samples = 2 }.Problems());
    }

    [Fact]
    public void A_version_that_was_started_again() => Assert.Contains(
        new OutsideChecker(Slot, Planned, Good, [.. GoodRuns, new("2", 7_000, 8_000, 1)]) { IsStartedOnce = true }
            .Problems(),
        Has("2 was started 2 times"));

    private static void Finds(string problem, params RouterEvent[] router) =>
        Assert.Contains(Check(router, GoodRuns), Has(problem));

    private static Predicate<string> Has(string text) => found => found.Contains(text, StringComparison.Ordinal);

    private static IReadOnlyList<string> Check(RouterEvent[] router, ServedRun[] runs) =>
        new OutsideChecker(Slot, Planned, router, runs).Problems();

    private static RouterEvent Applied(long at, string fence, params (string Version, int Weight)[] weights) =>
        new(at, "applied", Slot, fence, weights.ToDictionary(w => w.Version, w => w.Weight), null, 0, 0, 0);

    private static RouterEvent Requests(long at, string version, long started) =>
        new(at, "requests", Slot, null, null, version, at - 100, started, started);
}
