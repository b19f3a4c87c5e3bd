using MathNet.Numerics.Distributions;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

/// <summary>
/// What docs/analysis.md calls out of reach, reckoned: no test, whatever it looks at, finds more of the same counts at
/// the same rate of false alarms (Neyman and Pearson 1933).
/// </summary>
public sealed class WhatAnyTestCouldReach
{
    private const double FalseAlarms = 0.005;

    private const double Margin = 0.005;

    /// <summary>All requests that a canary of sparse traffic has in two hours.</summary>
    private const int Sparse = 293;

    /// <summary>One look at the end, by somebody who knows the stable version's rate.</summary>
    [Theory]
    [InlineData(0.001, 0.01, 0.56)]
    [InlineData(0.01, 0.02, 0.14)]
    public void In_sparse_traffic_not_much(double usual, double worse, double found) =>
        Assert.Equal(found, BestOf(Sparse, usual, worse), 2);

    /// <summary>The same in steady traffic, where half a point more than the stable version is allowed.</summary>
    [Theory]
    [InlineData(2_000, 0.001, 0.01, 0.279)]
    [InlineData(10_000, 0.01, 0.02, 0.896)]
    public void With_a_margin_of_half_a_point_not_nine_of_ten(
        int requests, double usual, double worse, double found) =>
        Assert.Equal(found, BestOf(requests, usual + Margin, worse), 3);

    // As many bad ones as are too many by chance.
    private static double BestOf(int requests, double usual, double worse)
    {
        var tooMany = Enumerable.Range(0, requests).First(bad =>
            1 - Binomial.CDF(usual, requests, bad - 1) <= FalseAlarms);
        return 1 - Binomial.CDF(worse, requests, tooMany - 1);
    }
}
