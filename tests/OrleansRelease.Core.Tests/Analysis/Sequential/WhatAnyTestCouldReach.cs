using MathNet.Numerics.Distributions;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

/// <summary>
/// What docs/analysis.md calls out of reach, reckoned: no test, whatever it looks at, finds more of the same counts at
/// the same rate of false alarms (Neyman and Pearson 1933).
/// </summary>
public sealed class WhatAnyTestCouldReach
{
    private const double FalseAlarms = 0.005;

    private const double Power = 0.9;

    /// <summary>All requests that a canary of sparse traffic has in two hours.</summary>
    private const int Sparse = 293;

    /// <summary>One look at the end, by somebody who knows the stable version's rate.</summary>
    [Theory]
    [InlineData(0.001, 0.01, 0.56)]
    [InlineData(0.01, 0.02, 0.14)]
    public void In_sparse_traffic_not_much(double usual, double worse, double found) =>
        Assert.Equal(found, BestOf(Sparse, usual, worse), 2);

    /// <summary>So many of the canary's requests it takes in one look to tell half a point over the margin.</summary>
    [Fact]
    public void With_a_margin_of_half_a_point_one_to_two_per_cent_takes_twelve_to_eighteen_thousand()
    {
        Assert.Equal(11_700, RequestsFor(0.01, 0.02, 0.005, ofStable: double.PositiveInfinity));
        Assert.Equal(17_600, RequestsFor(0.01, 0.02, 0.005, ofStable: 1));
    }

    // As many bad ones as are too many by chance.
    private static double BestOf(int requests, double usual, double worse)
    {
        var tooMany = Enumerable.Range(0, requests).First(bad =>
            1 - Binomial.CDF(usual, requests, bad - 1) <= FalseAlarms);
        return 1 - Binomial.CDF(worse, requests, tooMany - 1);
    }

    /// <param name="usual">The stable version's share of bad requests.</param>
    /// <param name="worse">The canary's.</param>
    /// <param name="margin">What is allowed.</param>
    /// <param name="ofStable">How many requests the stable version has for each of the canary's.</param>
    private static double RequestsFor(double usual, double worse, double margin, double ofStable)
    {
        var sure = Normal.InvCDF(0, 1, 1 - FalseAlarms) + Normal.InvCDF(0, 1, Power);
        var variance = (worse * (1 - worse)) + (usual * (1 - usual) / ofStable);
        return Math.Round(sure * sure * variance / Math.Pow(worse - usual - margin, 2) / 100) * 100;
    }
}
