using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Tests.Analysis;

public sealed class JudgingOneWindow
{
    [Theory]
    // Nothing is asked of it.
    [InlineData(null, null, null, 1e9, Verdict.Pass, "1000000000")]
    // At most.
    [InlineData(5.0, null, null, 0, Verdict.Pass, "0")]
    [InlineData(5.0, null, null, 5, Verdict.Pass, "5")]
    [InlineData(5.0, null, null, 5.01, Verdict.Fail, "5.01 > 5")]
    // At least.
    [InlineData(null, 2.0, null, 2, Verdict.Pass, "2")]
    [InlineData(null, 2.0, null, 1.99, Verdict.Fail, "1.99 < 2")]
    // Inconclusive between the two.
    [InlineData(5.0, null, 10.0, 5, Verdict.Pass, "5")]
    [InlineData(5.0, null, 10.0, 7, Verdict.Inconclusive, "7 > 5")]
    [InlineData(5.0, null, 10.0, 10, Verdict.Inconclusive, "10 > 5")]
    [InlineData(5.0, null, 10.0, 10.5, Verdict.Fail, "10.5 > 10")]
    // Only the hard limit.
    [InlineData(null, null, 10.0, 10, Verdict.Pass, "10")]
    [InlineData(null, null, 10.0, 11, Verdict.Fail, "11 > 10")]
    // All together.
    [InlineData(5.0, 2.0, 10.0, 1, Verdict.Fail, "1 < 2")]
    [InlineData(5.0, 2.0, 10.0, 3, Verdict.Pass, "3")]
    [InlineData(5.0, 2.0, 10.0, 6, Verdict.Inconclusive, "6 > 5")]
    [InlineData(5.0, 2.0, 10.0, 11, Verdict.Fail, "11 > 10")]
    // Just beyond: with the digits that show it.
    [InlineData(5.0, null, null, 5.00012, Verdict.Fail, "5.0001 > 5")]
    [InlineData(null, 2.0, null, 1.999999, Verdict.Fail, "1.999999 < 2")]
    public void A_number_is_held_to_its_limits(
        double? max, double? min, double? failAbove, double number, Verdict verdict, string detail)
    {
        var judged = Judge(
            Measured.Metric(thresholds: new(max, min, failAbove)), new Reading.Value(number), undisturbed: true);

        Assert.Equal((verdict, number, null, detail),
            (judged.Verdict, judged.Number, judged.Samples, judged.Detail));
    }

    [Theory]
    [InlineData(double.NaN, Verdict.NoData, "not a number")]
    [InlineData(double.PositiveInfinity, Verdict.Error, "infinite")]
    [InlineData(double.NegativeInfinity, Verdict.Error, "infinite")]
    public void What_is_no_number_passes_no_limit(double number, Verdict verdict, string detail)
    {
        var judged = Judge(Measured.Metric(), new Reading.Value(number), undisturbed: true);

        Assert.Equal((verdict, (double?)null, detail), (judged.Verdict, judged.Number, judged.Detail));
    }

    [Theory]
    [InlineData(null, 2, Verdict.Pass, 0.98, "98 %")]
    [InlineData(null, 3, Verdict.Pass, 0.97, "97 %")]
    [InlineData(null, 4, Verdict.Fail, 0.96, "96 % < 97 %")]
    [InlineData(null, 7, Verdict.Pass, 0.93, "93 %", 0.93)]
    [InlineData(0.02, 2, Verdict.Pass, 0.02, "2 %")]
    [InlineData(0.02, 3, Verdict.Fail, 0.03, "3 % > 2 %")]
    [InlineData(0.02, 4, Verdict.Fail, 0.96, "96 % < 97 %")]
    public void A_least_is_of_the_good_ones_where_requests_are_counted(
        double? max, double bad, Verdict verdict, double number, string detail, double min = 0.97)
    {
        var judged = Judge(
            Measured.Metric(Unit.Ratio, new(max, min, null), 0), new Reading.Counts(bad, 100), undisturbed: true);

        Assert.Equal((verdict, detail), (judged.Verdict, judged.Detail));
        Assert.Equal(number, judged.Number!.Value, 12);
    }

    [Theory]
    [InlineData(0, 100, 10, 0.0, "0 %")]
    [InlineData(5, 100, 10, 0.05, "5 %")]
    [InlineData(0, 10, 10, 0.0, "0 %")]
    [InlineData(0, 1, 0, 0.0, "0 %")]
    public void Few_enough_bad_ones_of_enough_pass(
        double bad, double total, int minSamples, double ratio, string detail)
    {
        var judged = JudgeCounts(bad, total, minSamples);

        Assert.Equal((Verdict.Pass, ratio, total, detail),
            (judged.Verdict, judged.Number, judged.Samples, judged.Detail));
    }

    [Theory]
    [InlineData(6, 100, 10, "6 % > 5 %")]
    [InlineData(1, 1, 0, "100 % > 5 %")]
    public void Too_many_bad_ones_of_enough_fail(double bad, double total, int minSamples, string detail)
    {
        var judged = JudgeCounts(bad, total, minSamples);

        Assert.Equal((Verdict.Fail, total, detail), (judged.Verdict, judged.Samples, judged.Detail));
    }

    [Theory]
    [InlineData(0, 9, 10, "9 samples, 10 are needed")]
    [InlineData(9, 9, 10, "9 samples, 10 are needed")]
    [InlineData(0, 0, 10, "0 samples, 10 are needed")]
    [InlineData(0, 0, 0, "0 samples, 1 are needed")]
    public void Too_few_say_nothing_whether_good_or_bad(double bad, double total, int minSamples, string detail)
    {
        var judged = JudgeCounts(bad, total, minSamples);

        Assert.Equal((Verdict.NoData, null, total, detail),
            (judged.Verdict, judged.Number, judged.Samples, judged.Detail));
    }

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(0, -1)]
    [InlineData(11, 10)]
    [InlineData(double.NaN, 10)]
    [InlineData(0, double.NaN)]
    [InlineData(0, double.PositiveInfinity)]
    public void Counts_that_cannot_be_are_an_error(double bad, double total)
    {
        var judged = JudgeCounts(bad, total, minSamples: 0);

        Assert.Equal((Verdict.Error, (double?)null, (double?)null, "the counts contradict each other"),
            (judged.Verdict, judged.Number, judged.Samples, judged.Detail));
    }

    [Fact]
    public void A_source_without_numbers_is_taken_at_its_word()
    {
        var none = Judge(Measured.Metric(), new Reading.NoData("no series of this version"), undisturbed: true);
        var error = Judge(Measured.Metric(), new Reading.Error("connection refused"), undisturbed: true);

        Assert.Equal((Verdict.NoData, "no series of this version"), (none.Verdict, none.Detail));
        Assert.Equal((Verdict.Error, "connection refused"), (error.Verdict, error.Detail));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(7, false)]
    [InlineData(11, true)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void A_window_that_overlaps_a_change_convicts_and_never_acquits(double number, bool counted)
    {
        var metric = Measured.Metric(thresholds: new(5, null, 10));

        Assert.Equal(counted, Judge(metric, new Reading.Value(number), undisturbed: false).Counted);
        Assert.True(Judge(metric, new Reading.Value(number), undisturbed: true).Counted);
    }

    [Theory]
    [InlineData(0.0123, Unit.Ratio, "1.23 %")]
    [InlineData(1, Unit.Ratio, "100 %")]
    [InlineData(0.25, Unit.Seconds, "250 ms")]
    [InlineData(0.0004, Unit.Seconds, "0.4 ms")]
    [InlineData(1, Unit.Seconds, "1 s")]
    [InlineData(12.345, Unit.Seconds, "12.35 s")]
    [InlineData(1048576, Unit.Bytes, "1048576 B")]
    [InlineData(12.5, Unit.PerSecond, "12.5/s")]
    [InlineData(3, Unit.Count, "3")]
    public void A_number_is_shown_in_its_unit(double number, Unit unit, string shown) =>
        Assert.Equal(shown, ThresholdJudge.Format(number, unit));

    private static Judged JudgeCounts(double bad, double total, int minSamples) => Judge(
        Measured.Metric(Unit.Ratio, new(0.05, null, null), minSamples), new Reading.Counts(bad, total),
        undisturbed: true);

    private static Judged Judge(MetricSpec metric, Reading reading, bool undisturbed)
    {
        var judged = ThresholdJudge.Judge(
            metric, new Measurement(metric.Name, Measured.Window(3), reading), undisturbed);
        Assert.Equal((metric.Name, Measured.Window(3)), (judged.Metric, judged.Window));
        return judged;
    }
}
