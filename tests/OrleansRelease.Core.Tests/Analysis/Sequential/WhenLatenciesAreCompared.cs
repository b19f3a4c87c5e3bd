using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

/// <summary>Windows of a metric that is a histogram, a thousand requests of each version in each.</summary>
public sealed class WhenLatenciesAreCompared
{
    private static readonly double[] Bounds = [0.05, 0.1, 0.25, 0.5, 1];

    /// <summary>The shares of requests over each bound.</summary>
    private static readonly double[] Usual = [0.9, 0.5, 0.1, 0.01, 0.001];

    private static readonly MetricSpec Metric = Measured.Metric(Unit.Seconds, minSamples: 10) with
    {
        Source = new MetricSource.Histogram("b"),
        Compare = new(0.005, new MetricSource.Histogram("b"), ImmutableSortedDictionary<string, string>.Empty),
    };

    [Fact]
    public void A_tail_that_is_worse_fails_with_its_cut_and_the_arithmetic()
    {
        var tally = After(Enumerable.Repeat<(Reading, Reading)>((Of([0.9, 0.5, 0.1, 0.04, 0.001]), Of(Usual)), 10));

        Assert.Equal(Verdict.Fail, ThresholdJudge.Assess(Metric.Limits, tally));
        Assert.StartsWith(
            "worse than what is stable: Tail: over 0.5 s 4 % against 1 % of requests: +2.9 pp [",
            tally.Recent.First(window => window.Verdict == Verdict.Fail).Detail, StringComparison.Ordinal);
        Assert.Equal(Bounds, tally.Beside!.Latencies!.Cuts);
        Assert.Equal(tally.Beside.Latencies.Evidence.Cuts[3], tally.Beside.Evidence);
        Assert.Equal((Comparison.Worse, 10_000), (tally.Beside.Seen.Comparison, tally.Beside.Seen.CanarySamples));
    }

    [Fact]
    public void What_is_as_fast_passes_and_says_how_fast_it_is()
    {
        var tally = After(Enumerable.Repeat<(Reading, Reading)>((Of(Usual), Of(Usual)), 10));

        Assert.Null(ThresholdJudge.Assess(Metric.Limits, tally));
        Assert.Equal((10, "99 of 100 within 500 ms"), (tally.Passed, tally.Last!.Detail));
        Assert.Equal(1000, tally.Last.Samples);
    }

    [Fact]
    public void Without_one_bound_in_common_it_is_an_error_and_never_a_pass()
    {
        var others = new Reading.Buckets(new([new(0.3, 900), new(double.PositiveInfinity, 1000)]));
        var tally = After([(others, Of(Usual)), (others, Of(Usual))]);

        Assert.Equal((Verdict.Error, 0), (ThresholdJudge.Assess(Metric.Limits, tally), tally.Passed));
        Assert.Equal("no bound of a bucket is the same in both versions", tally.Last!.Detail);
    }

    [Fact]
    public void A_stable_version_that_cannot_be_read_is_an_error_and_never_a_pass()
    {
        var contradiction = new Reading.Buckets(new([new(0.5, 9), new(double.PositiveInfinity, 5)]));
        var tally = After([(Of(Usual), new Reading.Error("busy")), (Of(Usual), contradiction)]);

        Assert.Equal((0, 2), (tally.Passed, tally.Errors));
        Assert.Equal(
            ["of the stable version: busy", "of the stable version: the buckets contradict each other"],
            tally.Recent.Select(window => window.Detail));
    }

    [Fact]
    public void Bounds_that_are_not_there_any_more_are_an_error_and_few_requests_choose_none()
    {
        var few = new Reading.Buckets(new([new(0.05, 3), new(double.PositiveInfinity, 3)]));
        var others = new Reading.Buckets(new([new(0.3, 900), new(double.PositiveInfinity, 1000)]));
        var tally = After([(few, Of(Usual)), (Of(Usual), Of(Usual)), (others, others)]);

        Assert.Equal(Bounds, tally.Beside!.Latencies!.Cuts);
        Assert.Equal("no bound that was compared before is there in both versions", tally.Last!.Detail);
        Assert.Equal(Verdict.Error, tally.Last.Verdict);
    }

    [Fact]
    public void Nothing_is_compared_before_both_versions_have_numbers_and_a_gap_is_left_out()
    {
        var none = new Reading.NoData("nobody asked");
        var tally = After([(Of(Usual), none), (Of(Usual), Of(Usual)), (Of(Usual), none), (none, Of(Usual))]);

        Assert.Equal((3, 1), (tally.Passed, tally.NoData));
        Assert.All(tally.Beside!.Latencies!.Evidence.Cuts, cut => Assert.Equal((1, 1), (cut.Windows, cut.Skipped)));
    }

    [Theory]
    [InlineData(new[] { 0.5 }, new[] { 10d }, Verdict.Error)]
    [InlineData(new[] { 0.5, double.PositiveInfinity }, new[] { double.NaN, 20 }, Verdict.Error)]
    [InlineData(new[] { 0.5, double.PositiveInfinity }, new[] { 1, double.PositiveInfinity }, Verdict.Error)]
    [InlineData(new[] { 0.5, 1, double.PositiveInfinity }, new[] { 900d, 400, 1000 }, Verdict.Error)]
    [InlineData(new[] { 0.5, double.PositiveInfinity }, new[] { 5000d, 1000 }, Verdict.Error)]
    [InlineData(new[] { 0.5, 0.5, double.PositiveInfinity }, new[] { 5d, 5, 1000 }, Verdict.Error)]
    [InlineData(new[] { 0.5, double.PositiveInfinity }, new[] { 1000.9, 1000 }, Verdict.Pass)]
    [InlineData(new[] { 0.5, double.PositiveInfinity }, new[] { 0d, 0 }, Verdict.NoData)]
    [InlineData(new[] { 0.5, double.PositiveInfinity }, new[] { 9d, 9 }, Verdict.NoData)]
    [InlineData(new[] { 0.5, double.PositiveInfinity }, new[] { 0d, 10 }, Verdict.Pass)]
    public void Buckets_that_say_nothing_are_no_pass(double[] bounds, double[] counts, Verdict verdict) => Assert.Equal(
        verdict, After([
            (new Reading.Buckets(new([.. bounds.Zip(counts, (le, count) => new Bucket(le, count))])), Of(Usual)),
        ]).Last!.Verdict);

    [Fact]
    public void What_is_kept_of_many_windows_is_small_and_is_read_as_it_was_written()
    {
        var many = Enumerable.Range(1, 40).Select(n => n / 40.0).ToArray();
        var reading = new Reading.Buckets(new(
            [.. many.Select(le => new Bucket(le, 1000 * le)), new Bucket(double.PositiveInfinity, 1000)]));
        var tally = After(Enumerable.Repeat<(Reading, Reading)>((reading, reading), 100));
        var written = Vocabulary.Write(tally);

        Assert.Equal(LatencySpec.MostCuts, tally.Beside!.Latencies!.Cuts.Length);
        Assert.InRange(written.Length, 1_000, 18_000);
        Assert.Equal(written, Vocabulary.Write(Vocabulary.Read<Tally>(written)));
        Assert.Equal(
            Vocabulary.Write<Reading>(reading),
            Vocabulary.Write(Vocabulary.Read<Reading>(Vocabulary.Write<Reading>(reading))));
    }

    private static Tally After(IEnumerable<(Reading Canary, Reading Stable)> windows) => windows
        .Select((both, number) => (both, number))
        .Aggregate(Tally.From(Measured.Nine), (tally, one) => ThresholdJudge.Add(tally, WindowJudge.Judge(
            Metric, tally,
            new(Metric.Name, Measured.Window(one.number), one.both.Canary, one.both.Stable), undisturbed: true,
            alike: 1)));

    private static Reading.Buckets Of(double[] over) => new(new(
    [
        .. Bounds.Select((bound, i) => new Bucket(bound, 1000 * (1 - over[i]))),
        new Bucket(double.PositiveInfinity, 1000),
    ]));
}
