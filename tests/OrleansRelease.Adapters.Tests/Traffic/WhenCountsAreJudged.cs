using OrleansRelease.Adapters.Traffic.Yarp;

namespace OrleansRelease.Adapters.Tests.Traffic;

public sealed class WhenCountsAreJudged
{
    [Theory]
    [InlineData(0.25, 0.05, 10, 38)]
    [InlineData(0.50, 0.25, 32, 63)]
    [InlineData(0.05, 0.0, 1, 20)]
    [InlineData(0.0, 0.05, 0, 180)]
    [InlineData(0.0, 0.25, 0, 33)]
    [InlineData(1.0, 0.50, 20, 20)]
    [InlineData(0.0001, 0.0, 1, 10_000)]
    public void An_exact_router_is_soon_believed(double wanted, double before, int candidate, int total) =>
        Assert.IsType<ShareEvidence.Shown>(ShareTest.Judge(wanted, before, candidate, total));

    [Theory]
    [InlineData(0.50, 18, 36)]
    [InlineData(0.25, 27, 108)]
    [InlineData(0.05, 34, 684)]
    [InlineData(0.0, 0, 120)]
    [InlineData(1.0, 120, 120)]
    public void Without_a_share_from_before_it_takes_more(double wanted, int candidate, int total)
    {
        Assert.IsType<ShareEvidence.Shown>(ShareTest.Judge(wanted, null, candidate, total));
        Assert.IsType<ShareEvidence.TooFew>(
            ShareTest.Judge(wanted, null, candidate == total ? total - 1 : candidate, total - 1));
    }

    [Fact]
    public void One_request_on_the_wrong_version_contradicts_all_or_nothing()
    {
        Assert.IsType<ShareEvidence.Contradicted>(ShareTest.Judge(0, 0.25, 1, 5));
        Assert.IsType<ShareEvidence.Contradicted>(ShareTest.Judge(1, 0.25, 999, 1000));
    }

    [Theory]
    [InlineData(0.05, 0.25)]
    [InlineData(0.25, 0.50)]
    [InlineData(0.50, 1.0)]
    [InlineData(0.25, 0.0)]
    [InlineData(0.05, 0.0)]
    public void A_proxy_by_chance_that_does_nothing_is_believed_once_in_a_hundred_at_most(double before, double wanted)
    {
        var believed = Enumerable.Range(0, 2_000).Count(seed => IsShown(wanted, before, really: before, seed));

        Assert.InRange(believed, 0, 20);
    }

    [Theory]
    [InlineData(0.05, 0.25)]
    [InlineData(0.25, 0.50)]
    [InlineData(0.50, 1.0)]
    [InlineData(0.25, 0.0)]
    [InlineData(0.0, 0.05)]
    public void A_proxy_by_chance_that_does_it_is_believed_in_the_end(double before, double wanted)
    {
        var believed = Enumerable.Range(0, 500).Count(seed => IsShown(wanted, before, really: wanted, seed));

        Assert.InRange(believed, 495, 500);
    }

    /// <summary>As the verification does it: looks every ten requests, begins again when contradicted.</summary>
    private static bool IsShown(double wanted, double before, double really, int seed)
    {
        var random = new Random(seed);
        var (candidate, total) = (0, 0);
        for (var look = 0; look < 100; look++)
        {
            for (var request = 0; request < 10; request++, total++)
            {
                if (random.NextDouble() < really) candidate++;
            }

            switch (ShareTest.Judge(wanted, before, candidate, total))
            {
                case ShareEvidence.Shown:
                    return true;
                case ShareEvidence.Contradicted:
                    (candidate, total) = (0, 0);
                    break;
            }
        }

        return false;
    }
}
