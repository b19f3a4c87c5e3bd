using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

/// <summary>A window from 60 s to 120 s of one counter, as Prometheus tells it.</summary>
public sealed class ReadingCounters
{
    [Fact]
    public void What_was_seen_for_three_quarters_is_stretched_to_the_whole() =>
        Assert.Equal(40, Increase(At(65, 100), At(80, 110), At(95, 120), At(110, 130))!.Value, 1e-12);

    [Fact]
    public void What_was_counted_before_a_reset_is_kept() =>
        Assert.Equal(28, Increase(At(65, 100), At(80, 116), At(95, 3), At(110, 5))!.Value, 1e-12);

    // Seen for 30 s from 80 s on: the first 20 s are taken for half a scrape's distance, the last 10 s as they are.
    [Fact]
    public void Where_the_first_scrape_is_missing_half_a_distance_is_added() =>
        Assert.Equal(20 * 47.5 / 30, Increase(At(80, 110), At(95, 120), At(110, 130))!.Value, 1e-12);

    // It was at 3 after growing by 30 in 45 s, so it was at zero 4.5 s before the first scrape.
    [Fact]
    public void A_counter_was_never_less_than_zero() =>
        Assert.Equal(30 * (45 + 4.5 + 5) / 45, Increase(At(70, 3), At(85, 13), At(100, 23), At(115, 33))!.Value, 1e-12);

    [Fact]
    public void A_single_scrape_says_nothing() => Assert.Null(Increase(At(80, 110)));

    private static double? Increase(params Scrape[] scrapes) =>
        LoadTests.Judges.Traffic.Increase.Of([.. scrapes], 0, 60, 120);

    private static Scrape At(double seconds, double value) => new(seconds, [value]);
}
