using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

/// <summary>Ten windows with a thousand requests of each version, and what share of them took longer.</summary>
public sealed class ComparingLatencies
{
    private static readonly double[] Bounds = [0.05, 0.1, 0.25, 0.5, 1];

    private static readonly double[] Stable = [0.9, 0.5, 0.1, 0.01, 0.001];

    private static readonly LatencySpec Spec = LatencySpec.For(Bounds, margin: 0, metrics: 1);

    [Fact]
    public void A_worse_tail_is_found_where_all_else_is_the_same()
    {
        var compared = Look([0.9, 0.5, 0.1, 0.03, 0.001]);

        Assert.Equal((Comparison.Worse, Slowness.Tail, 0.5), (compared.Comparison, compared.Slowness, compared.Cut));
        Assert.StartsWith("Tail: over 0.5 s 3 % against 1 % of requests: +1.9 pp [", compared.Reason);
    }

    [Fact]
    public void A_wider_spread_around_the_same_median_is_found()
    {
        var compared = Look([0.8, 0.5, 0.2, 0.03, 0.001]);

        Assert.Equal((Comparison.Worse, Slowness.Spread, 0.25), (compared.Comparison, compared.Slowness, compared.Cut));
    }

    [Fact]
    public void When_everything_is_slower_it_is_a_shift()
    {
        var compared = Look([0.97, 0.7, 0.25, 0.02, 0.002]);

        Assert.Equal((Comparison.Worse, Slowness.Shift), (compared.Comparison, compared.Slowness));
    }

    [Fact]
    public void The_same_is_not_worse_and_a_faster_canary_neither()
    {
        Assert.Equal(Comparison.Undecided, Look(Stable).Comparison);
        Assert.Equal(Comparison.Undecided, Look([0.8, 0.3, 0.02, 0.001, 0]).Comparison);
    }

    [Fact]
    public void With_a_margin_the_same_is_equivalent_at_every_cut()
    {
        var spec = LatencySpec.For(Bounds, margin: 0.05, metrics: 1);

        Assert.Equal(Comparison.Equivalent, Look(spec, Stable, windows: 50).Comparison);
        Assert.Equal(Comparison.Undecided, Look(spec, Stable, windows: 2).Comparison);
    }

    [Fact]
    public void A_canary_with_other_buckets_is_not_compared_where_they_differ()
    {
        var evidence = LatencyJudge.Add(
            Spec, LatencyEvidence.None(Spec), Of([0.05, 0.1, 0.3, 0.5, 1], Stable), Of(Bounds, Stable));

        Assert.Equal([1, 1, 0, 1, 1], evidence.Cuts.Select(cut => cut.Windows));
    }

    [Fact]
    public void Of_many_bounds_twelve_are_kept_the_highest_among_them()
    {
        var cuts = LatencySpec.For(Enumerable.Range(1, 30).Select(i => i / 10.0).Append(double.PositiveInfinity), 0, 1);

        Assert.Equal((12, 3.0), (cuts.Cuts.Length, cuts.Cuts[^1]));
        Assert.Equal(cuts.Cuts.Distinct().Order(), cuts.Cuts);
    }

    [Fact]
    public void It_is_remembered_in_little_and_judged_alike_when_read_again()
    {
        var spec = LatencySpec.For(Enumerable.Range(1, 12).Select(i => i / 7.0), 0, 1);
        var histogram = Of([.. spec.Cuts], [.. spec.Cuts.Select(cut => Math.Exp(-cut))]);
        var evidence = Enumerable.Range(0, 100).Aggregate(
            LatencyEvidence.None(spec), (all, _) => LatencyJudge.Add(spec, all, histogram, histogram));
        var written = Vocabulary.Write(evidence);

        Assert.InRange(written.Length, 1_000, 18_000);
        Assert.Equal(
            LatencyJudge.Look(spec, evidence), LatencyJudge.Look(spec, Vocabulary.Read<LatencyEvidence>(written)));
        Assert.Equal(Vocabulary.Write(histogram), Vocabulary.Write(
            Vocabulary.Read<Histogram>(Vocabulary.Write(histogram))));
    }

    private static ComparedLatency Look(double[] canary) => Look(Spec, canary, windows: 10);

    private static ComparedLatency Look(LatencySpec spec, double[] canary, int windows) => LatencyJudge.Look(
        spec,
        Enumerable.Range(0, windows).Aggregate(LatencyEvidence.None(spec), (evidence, _) =>
            LatencyJudge.Add(spec, evidence, Of(Bounds, canary), Of(Bounds, Stable))));

    private static Histogram Of(double[] bounds, double[] over)
    {
        const double requests = 1000;
        return new([
            .. bounds.Select((bound, i) => new Bucket(bound, requests * (1 - over[i]))),
            new Bucket(double.PositiveInfinity, requests),
        ]);
    }
}
