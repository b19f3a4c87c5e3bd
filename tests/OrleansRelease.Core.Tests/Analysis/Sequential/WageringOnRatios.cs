using System.Collections.Immutable;
using MathNet.Numerics.Distributions;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

public sealed class WageringOnRatios
{
    private const double Exact = 1e-9;

    // The likelihood ratio of the canary's part of all bad requests, from the binomial distribution itself.
    [Theory]
    [InlineData(3, 100, 1, 100)]
    [InlineData(0, 50, 4, 450)]
    [InlineData(7, 30, 2, 2970)]
    public void Without_a_difference_a_wager_is_the_binomial_likelihood_ratio(int b, int n, int c, int m)
    {
        var wagers = Add(Wagers.Up, b, n, c, m);

        for (var i = 0; i < Wagers.Up.Length; i++)
        {
            var (part, r) = (n / (double)(n + m), Wagers.Up[i]);
            var ratio = Binomial.PMFLn(part * r / (1 - part + (part * r)), b + c, b)
                - Binomial.PMFLn(part, b + c, b);
            Assert.Equal(ratio, wagers.Log[i], Exact);
        }
    }

    // 100 and 300 requests, so p = 1/4; the first wager is on r = e^0.05. v = 1/(3/4 + r/4) = 0.987345, u = r·v =
    // 1.037966; 2·ln u + 3·ln v = 2·0.037263 - 3·0.012736 = 0.036317; n·(u - 1) = 3.796565.
    [Fact]
    public void The_sums_can_be_found_by_hand()
    {
        var wagers = Add(Wagers.Up, 2, 100, 3, 300);

        Assert.Equal(0.036317, wagers.Log[0], 1e-5);
        Assert.Equal(3.7966, wagers.PerUnit[0], 1e-3);
    }

    // Summed over all that can happen: whatever the stable version's share is, wealth is fair where the canary has
    // just what is allowed, and loses where it has less (or, wagered the other way, more).
    [Theory]
    [InlineData(0.001, 0, 0)]
    [InlineData(0.02, 0, 0)]
    [InlineData(0.02, 0.01, 0)]
    [InlineData(0.0, 0.01, 0)]
    [InlineData(0.02, 0.005, 0.1)]
    [InlineData(0.05, -0.02, 0)]
    public void No_wager_is_expected_to_win_when_the_canary_is_as_it_may_be(
        double stable, double difference, double tolerance)
    {
        var allowed = ((1 + tolerance) * stable) + difference;
        foreach (var i in Enumerable.Range(0, Wagers.Up.Length))
        {
            Assert.InRange(Expected(Wagers.Up, i, allowed, stable, difference, tolerance), 0, 1 + Exact);
            Assert.InRange(Expected(Wagers.Up, i, allowed * 0.7, stable, difference, tolerance), 0, 1 + Exact);
            Assert.InRange(Expected(Wagers.Down, i, allowed, stable, difference, tolerance), 0, 1 + Exact);
            Assert.InRange(Expected(Wagers.Down, i, allowed * 1.3, stable, difference, tolerance), 0, 1 + Exact);
        }
    }

    [Fact]
    public void A_wager_wins_when_the_canary_is_worse_than_it_may_be()
    {
        Assert.True(Expected(Wagers.Up, 4, 0.05, 0.02, 0.005, 0) > 1.1);
        Assert.True(Expected(Wagers.Down, 4, 0.01, 0.02, 0.005, 0) > 1.1);
    }

    [Fact]
    public void At_its_end_the_wealth_is_just_what_is_needed()
    {
        var up = Add(Wagers.Up, 40, 1000, 10, 1000);
        var end = up.End(needed: 3, dispersion: 1.5)!.Value;

        Assert.Equal(3, up.LogWealth(end, 1.5), 1e-4);
        Assert.True(up.LogWealth(end - 0.001, 1.5) > 3);
        Assert.True(up.LogWealth(end + 0.001, 1.5) < 3);
    }

    [Fact]
    public void Nothing_is_refuted_before_anything_was_seen() => Assert.Null(Wagers.None.End(needed: 3, dispersion: 1));

    private static double Expected(
        ImmutableArray<double> ratios, int i, double canary, double stable,
        double difference, double tolerance)
    {
        const int n = 40;
        const int m = 60;
        var sum = 0.0;
        for (var b = 0; b <= n; b++)
        {
            for (var c = 0; c <= m; c++)
            {
                var wagers = Wagers.None.Add(
                    ratios, tolerance, new Reading.Counts(b, n), new Reading.Counts(c, m));
                sum += Binomial.PMF(canary, n, b) * Binomial.PMF(stable, m, c)
                    * Math.Exp(wagers.Log[i] - (difference * wagers.PerUnit[i]));
            }
        }

        return sum;
    }

    private static Wagers Add(
        ImmutableArray<double> ratios, double b, double n, double c, double m) =>
        Wagers.None.Add(ratios, 0, new Reading.Counts(b, n), new Reading.Counts(c, m));
}
