using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Simulating;

namespace OrleansRelease.Core.Tests.Planning;

public sealed class WhatAWayBackIsExpectedToTake
{
    private static PlannedRollback Back(params KnownDuration[] known) => Shop.Plan(
        expected: resolved => ExpectedUndos.From(resolved.Rollouts, [.. known])).Back;

    private static PlannedReturn Of(PlannedRollback back, string service) =>
        back.Steps.Single(step => step.Service == ServiceName.From(service));

    [Fact]
    public void Each_step_says_what_its_time_rests_on()
    {
        var cart = Of(
            Back(new KnownDuration(ServiceName.From("cart"), "restore-traffic", TimeSpan.FromSeconds(1.5), 4)), "cart");

        var traffic = cart.Expected!.Value.Single(one => one.Source == DurationSource.History);
        Assert.Equal((TimeSpan.FromSeconds(1.5), 4), (traffic.Time, traffic.Samples));
        Assert.Equal(cart.Steps.Length, cart.Expected.Value.Length);
        Assert.All(
            cart.Expected.Value.Where(one => one != traffic), one => Assert.Equal(DurationSource.Limit, one.Source));
    }

    [Fact]
    public void All_of_it_takes_what_its_slowest_chain_takes()
    {
        var back = Back();

        // The web shop goes back first, the catalogue last; the cart and the search beside each other.
        var slowest = new[] { "cart", "search" }.Max(service => Sum(Of(back, service)));
        Assert.Equal(Sum(Of(back, "web")) + slowest + Sum(Of(back, "catalog")), back.Expected);
        Assert.True(back.Expected < back.AtMost);
    }

    [Fact]
    public void Where_nobody_has_looked_nothing_is_said()
    {
        var back = Shop.Plan().Back;

        Assert.Null(back.Expected);
        Assert.All(back.Steps, step => Assert.Null(step.Expected));
    }

    private static TimeSpan Sum(PlannedReturn step) =>
        step.Expected!.Value.Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Time);
}
