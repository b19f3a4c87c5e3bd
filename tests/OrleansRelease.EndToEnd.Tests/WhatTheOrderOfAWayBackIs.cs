using OrleansRelease.Host.Demo.Shop;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>The order that the demo shows is what router and instances saw; the plan settles ties alone.</summary>
public sealed class WhatTheOrderOfAWayBackIs
{
    private static readonly IReadOnlyList<(string, IReadOnlyList<string>)> Plan =
        [("web", []), ("search", ["web"]), ("cart", ["web"]), ("catalog", ["search", "cart"])];

    [Fact]
    public void Who_went_back_before_another_is_named_before_it() => Assert.Equal(
        ["web", "search", "cart", "catalog"],
        Order(("web", 1, 2), ("search", 3, 4), ("cart", 5, 6), ("catalog", 7, 8)));

    [Fact]
    public void Of_two_that_do_not_wait_for_each_other_the_plan_names_the_first() => Assert.Equal(
        ["web", "search", "cart", "catalog"],
        Order(("web", 1, 2), ("cart", 3, 5), ("search", 4, 6), ("catalog", 7, 8)));

    [Fact]
    public void Also_when_one_of_them_was_back_before_the_other_began() => Assert.Equal(
        ["web", "search", "cart", "catalog"],
        Order(("web", 1, 2), ("cart", 3, 4), ("search", 4, 6), ("catalog", 7, 8)));

    [Fact]
    public void A_wrong_order_is_named_as_it_was() => Assert.Equal(
        ["catalog", "web", "search", "cart"],
        Order(("catalog", 1, 2), ("web", 3, 4), ("search", 5, 6), ("cart", 7, 8)));

    [Fact]
    public void Who_should_have_waited_and_did_not_is_named_first() => Assert.Equal(
        ["web", "search", "catalog", "cart"],
        Order(("web", 1, 2), ("search", 3, 4), ("cart", 5, 7), ("catalog", 6, 8)));

    [Fact]
    public void Also_where_another_lies_between_them() => Assert.Equal(
        ["catalog", "web"],
        Order(("web", 1, 4), ("catalog", 3, 5)));

    [Fact]
    public void What_nobody_saw_go_back_is_not_in_it() => Assert.Equal(
        ["web", "catalog"],
        Order(("web", 1, 2), ("catalog", 7, 8)));

    [Fact]
    public void What_is_not_in_the_plan_comes_where_it_was() => Assert.Equal(
        ["web", "stock", "catalog"],
        Order(("web", 1, 2), ("stock", 3, 4), ("catalog", 7, 8)));

    private static IReadOnlyList<string> Order(params (string Service, long RequestsBack, long Gone)[] seen) =>
        BackOrder.Of([.. seen.Select(one => new WentBack(one.Service, one.RequestsBack, one.Gone))], Plan);
}
