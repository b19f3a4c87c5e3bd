using MathNet.Numerics.Distributions;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

public sealed class Scattering
{
    // Equal totals of 100, bad (4, 2) and (0, 2): A = 2 and 0, D = 1 and 1, so r = 2/2 = 1. Around it X² =
    // ((2-1)² + (0-1)²) / (4/4 + 4/4) = 1, and around one share (2 of 100): ((4-2)² + (0-2)²) / 4 = 2. The smaller
    // one, over one degree of freedom of two windows: 2.
    [Fact]
    public void It_can_be_found_by_hand()
    {
        var dispersion = Dispersion.None
            .Add(new(4, 100), new(2, 100))
            .Add(new(0, 100), new(2, 100));

        Assert.Equal(2, dispersion.Estimate(bad: 4, total: 200, least: 0), 1e-12);
    }

    [Fact]
    public void Independent_failures_scatter_by_one_although_their_rate_changes() =>
        Assert.InRange(Estimated(burst: 1), 0.85, 1.15);

    [Fact]
    public void Bursts_of_five_scatter_by_five() => Assert.InRange(Estimated(burst: 5), 4.3, 5.7);

    [Fact]
    public void It_is_never_less_than_what_extrapolation_makes_it() => Assert.Equal(
        1.5, Dispersion.None.Add(new(1, 100), new(1, 100)).Add(new(1, 100), new(1, 100)).Estimate(2, 200, 1.5));

    [Fact]
    public void One_window_says_nothing_of_it() =>
        Assert.Equal(1, Dispersion.None.Add(new(50, 100), new(1, 100)).Estimate(50, 100, least: 1));

    /// <summary>The rate that both share is ten times as high in every second window.</summary>
    private static double Estimated(int burst)
    {
        var random = new Random(11);
        var dispersion = Dispersion.None;
        var bad = 0.0;
        for (var i = 0; i < 2000; i++)
        {
            var expected = i % 2 == 0 ? 4.0 : 40;
            double Draw() => burst * Poisson.Sample(random, expected / burst);
            var canary = new Reading.Counts(Draw(), 1000);
            dispersion = dispersion.Add(canary, new(Draw(), 1000));
            bad += canary.Bad;
        }

        return dispersion.Estimate(bad, 2_000_000, least: 0);
    }
}
