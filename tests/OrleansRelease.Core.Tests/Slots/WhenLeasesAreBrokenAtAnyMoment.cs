namespace OrleansRelease.Core.Tests.Slots;

/// <summary>Whoever gets a lease after one was broken finds what is on record, and nobody else can move it.</summary>
public sealed class WhenLeasesAreBrokenAtAnyMoment
{
    private const int Seeds = 200;

    [Fact]
    public void Nobody_is_let_in_over_what_its_holder_has_left_or_may_still_move()
    {
        var worlds = Enumerable.Range(1, Seeds).Select(seed => new BrokenLeasesOfASeed(seed, isReallyClosed: true))
            .ToList();

        Assert.All(worlds, world => Assert.Null(world.Run()));

        Assert.True(worlds.Sum(world => world.Breaks) > Seeds, "few leases were broken");
        Assert.True(worlds.Sum(world => world.Late) > Seeds / 4, "little came late");
    }

    [Fact]
    public void A_router_that_only_says_that_it_is_closed_is_found_out() => Assert.Contains(
        Enumerable.Range(1, Seeds), seed => new BrokenLeasesOfASeed(seed, isReallyClosed: false).Run() is not null);
}
