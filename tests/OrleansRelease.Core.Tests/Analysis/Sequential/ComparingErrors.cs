using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

public sealed class ComparingErrors
{
    private static readonly SequentialSpec HalfAPoint = SequentialSpec.For(0.005, metrics: 1);

    [Fact]
    public void A_canary_that_fails_twice_as_often_is_worse()
    {
        var compared = Look(HalfAPoint, After(10, canaryBad: 40, stableBad: 20, each: 1000));

        Assert.Equal(Comparison.Worse, compared.Comparison);
        Assert.Equal(0.02, compared.Difference.Estimate, 1e-12);
        Assert.InRange(compared.Difference.Low, 0.005, 0.02);
        Assert.InRange(compared.Difference.High, 0.02, 0.035);
        Assert.Equal((10_000, 10_000), (compared.CanarySamples, compared.StableSamples));
    }

    [Fact]
    public void A_canary_that_fails_as_often_is_equivalent_when_enough_was_seen()
    {
        Assert.Equal(Comparison.Undecided, Look(HalfAPoint, After(3, 2, 2, 1000)).Comparison);
        Assert.Equal(Comparison.Equivalent, Look(HalfAPoint, After(30, 2, 2, 1000)).Comparison);
    }

    [Fact]
    public void Worse_by_less_than_the_margin_is_not_worse()
    {
        var evidence = After(200, canaryBad: 13, stableBad: 10, each: 1000);

        Assert.Equal(Comparison.Equivalent, Look(HalfAPoint, evidence).Comparison);
        Assert.Equal(Comparison.Worse, Look(HalfAPoint with { Margin = 0 }, evidence).Comparison);
    }

    [Fact]
    public void A_rate_that_both_share_is_no_difference_whatever_it_does()
    {
        // Nine of ten requests fail in every second window, of both.
        var evidence = Evidence.None;
        for (var i = 0; i < 40; i++) evidence = Add(evidence, i % 2 * 90, 100, i % 2 * 900, 1000);

        var compared = Look(HalfAPoint with { Margin = 0 }, evidence);

        Assert.Equal((Comparison.Undecided, 0.0), (compared.Comparison, compared.Difference.Estimate));
    }

    [Fact]
    public void More_traffic_on_the_canary_while_both_fail_is_no_difference()
    {
        // Pooled, the canary fails far more often: its requests came when both failed.
        var evidence = Evidence.None;
        for (var i = 0; i < 10; i++) evidence = Add(evidence, 0, 10, 0, 990);
        for (var i = 0; i < 10; i++) evidence = Add(evidence, 50, 500, 50, 500);

        var compared = Look(HalfAPoint with { Margin = 0 }, evidence);

        Assert.Equal((Comparison.Undecided, 0.0), (compared.Comparison, compared.Difference.Estimate));
    }

    [Fact]
    public void The_first_two_windows_convict_nobody()
    {
        Assert.Equal(Comparison.Undecided, Look(HalfAPoint, After(2, 900, 1, 1000)).Comparison);
        Assert.Equal(Comparison.Worse, Look(HalfAPoint, After(3, 900, 1, 1000)).Comparison);
    }

    [Fact]
    public void One_burst_among_good_windows_is_no_rate()
    {
        var spec = HalfAPoint with { Margin = 0 };

        Assert.Equal(Comparison.Undecided, Look(spec, Add(After(10, 1, 1, 1000), 60, 1000, 1, 1000)).Comparison);
        Assert.Equal(Comparison.Worse, Look(spec, After(11, 6, 1, 1000)).Comparison);
    }

    [Theory]
    [MemberData(nameof(Nothing))]
    public void What_cannot_be_compared_is_skipped(Reading canary, Reading stable)
    {
        var before = After(5, 2, 2, 1000);
        var after = SequentialJudge.Add(HalfAPoint, before, canary, stable);

        Assert.Equal(before with { Skipped = before.Skipped + 1 }, after);
    }

    public static TheoryData<Reading, Reading> Nothing()
    {
        var good = new Reading.Counts(1, 100);
        return new()
        {
            { new Reading.NoData("none"), good },
            { good, new Reading.Error("none") },
            { new Reading.Value(0.5), good },
            { new Reading.Counts(0, 0), good },
            { good, new Reading.Counts(0, 0) },
            { new Reading.Counts(3, 2), good },
            { good, new Reading.Counts(-1, 100) },
            { new Reading.Counts(double.NaN, 100), good },
            { good, new Reading.Counts(1, double.PositiveInfinity) },
            { good, new Reading.Counts(0, 1e200) },
            { new Reading.Counts(1e200, 1e200), good },
        };
    }

    [Fact]
    public void Nothing_seen_is_undecided_and_all_is_possible()
    {
        var compared = Look(HalfAPoint, Evidence.None);

        Assert.Equal((Comparison.Undecided, Interval.Unknown), (compared.Comparison, compared.Difference));
        Assert.Equal("0 pp [-100.0, +100.0], margin 0.5", compared.Reason);
    }

    [Fact]
    public void The_reason_says_the_difference_in_points()
    {
        var (reason, difference) = (Look(HalfAPoint, After(10, 40, 20, 1000)).Reason,
            Look(HalfAPoint, After(10, 40, 20, 1000)).Difference);

        Assert.Equal(
            FormattableString.Invariant(
                $"+2.0 pp [+{difference.Low * 100:0.0}, +{difference.High * 100:0.0}], margin 0.5"),
            reason);
    }

    [Fact]
    public void The_arithmetic_says_enough_to_do_it_again()
    {
        var evidence = After(10, 40, 20, 1000);
        var arithmetic = Look(HalfAPoint, evidence).Arithmetic;
        var wealth = Enumerable.Range(0, Wagers.Up.Length).Average(i => Math.Exp(
            (evidence.Worse.Log[i] - (0.005 * evidence.Worse.PerUnit[i])) / arithmetic.Dispersion));

        Assert.Equal(Math.Log(wealth), arithmetic.Worse, 1e-9);
        Assert.Equal(Math.Log(100), arithmetic.Needed, 1e-12);
        Assert.Equal((400.0, 10_000.0, 200.0, 10_000.0, 10, 0), (arithmetic.CanaryBad, arithmetic.CanaryTotal,
            arithmetic.StableBad, arithmetic.StableTotal, arithmetic.Windows, arithmetic.Skipped));
    }

    [Fact]
    public void Several_metrics_share_what_a_rollout_may_be_wrong_by() =>
        Assert.Equal(0.0025, SequentialSpec.For(0, metrics: 4).Alpha, 1e-15);

    [Fact]
    public void It_is_remembered_in_little_and_judged_alike_when_read_again()
    {
        var evidence = After(500, 7.25, 3.125, 1234.5);
        var written = Vocabulary.Write(evidence);
        var read = Vocabulary.Read<Evidence>(written);

        Assert.InRange(written.Length, 100, 1_500);
        Assert.Equal(Look(HalfAPoint, evidence), Look(HalfAPoint, read));
        Assert.Equal(Vocabulary.Write(Add(evidence, 1, 10, 1, 10)), Vocabulary.Write(Add(read, 1, 10, 1, 10)));
    }

    private static Compared Look(SequentialSpec spec, Evidence evidence) => SequentialJudge.Look(spec, evidence);

    private static Evidence After(int windows, double canaryBad, double stableBad, double each) =>
        Enumerable.Range(0, windows).Aggregate(
            Evidence.None, (evidence, _) => Add(evidence, canaryBad, each, stableBad, each));

    private static Evidence Add(Evidence evidence, double b, double n, double c, double m) =>
        SequentialJudge.Add(HalfAPoint, evidence, new Reading.Counts(b, n), new Reading.Counts(c, m));
}
