using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Tests.Analysis.Kayenta;

/// <summary>
/// The control is 30 values from 95 to 105 unless said; the experiment is the control times something, which makes that
/// the mean ratio.
/// </summary>
public sealed class ClassifyingAMetric
{
    private static readonly KayentaMetric Metric = KayentaMetric.Named("latency", "speed");
    private static readonly double[] Control = [.. Enumerable.Range(0, 30).Select(i => 95 + (i * 10.0 / 29))];

    [Theory]
    [InlineData(NanStrategy.Remove, false, false, Classification.Nodata, false)]
    [InlineData(NanStrategy.Remove, true, false, Classification.Nodata, true)]
    [InlineData(NanStrategy.Remove, false, true, Classification.NodataFailMetric, false)]
    [InlineData(NanStrategy.Remove, true, true, Classification.Nodata, true)]
    [InlineData(NanStrategy.Replace, false, false, Classification.Pass, false)]
    [InlineData(NanStrategy.Replace, true, true, Classification.Pass, false)]
    public void A_side_without_values_is_what_the_metric_says_of_it(
        NanStrategy strategy, bool critical, bool mustHaveData, Classification classification, bool isCritical)
    {
        var metric = Metric with { NanStrategy = strategy, Critical = critical, MustHaveData = mustHaveData };

        foreach (var (control, experiment) in new[] { (Control, (double[])[]), ([], Control), ([], []) })
        {
            var classified = Classify(metric, experiment, control);

            Assert.Equal((classification, isCritical), (classified.Classification, classified.Critical));
            Assert.Equal(1, classified.Deviation);
            Assert.Null(classified.Interval);
        }
    }

    [Fact]
    public void Nothing_but_NaN_is_no_data_when_it_is_removed_and_zeros_when_it_is_replaced()
    {
        double[] nothing = [.. Control.Select(_ => double.NaN)];

        Assert.Equal(Classification.Nodata, Classify(Metric, nothing).Classification);
        Assert.Equal(
            Classification.Low, Classify(Metric with { NanStrategy = NanStrategy.Replace }, nothing).Classification);
    }

    [Fact]
    public void A_NaN_among_values_is_left_out_or_a_zero()
    {
        double[] experiment = [.. Control, double.NaN, double.NaN];

        Assert.Equal("both sides have the same values", Classify(Metric, experiment).Reason);
        Assert.NotEqual(
            "both sides have the same values",
            Classify(Metric with { NanStrategy = NanStrategy.Replace }, experiment).Reason);
    }

    [Fact]
    public void The_same_values_in_another_order_pass() =>
        Assert.Equal(
            (Classification.Pass, "both sides have the same values"),
            Classify(Metric, [.. Control.Reverse()]) is var same ? (same.Classification, same.Reason) : default);

    [Fact]
    public void One_value_everywhere_passes_whatever_the_number_of_values() =>
        Assert.Equal(
            (Classification.Pass, "every value is 7"),
            Classify(Metric, [7, 7, 7], [7, 7]) is var same ? (same.Classification, same.Reason) : default);

    [Theory]
    [InlineData(1.2, Direction.Either, Classification.High)]
    [InlineData(1.2, Direction.Increase, Classification.High)]
    [InlineData(1.2, Direction.Decrease, Classification.Pass)]
    [InlineData(0.8, Direction.Either, Classification.Low)]
    [InlineData(0.8, Direction.Increase, Classification.Pass)]
    [InlineData(0.8, Direction.Decrease, Classification.Low)]
    [InlineData(1.001, Direction.Either, Classification.Pass)]
    public void Only_a_clear_difference_in_the_direction_that_counts_is_a_bad_one(
        double factor, Direction direction, Classification classification)
    {
        var classified = Classify(Metric with { Direction = direction }, Times(factor));

        Assert.Equal(classification, classified.Classification);
        Assert.Equal(factor, classified.Deviation!.Value, 9);
        Assert.InRange(factor * 100 - 100, classified.Interval!.Value.Low, classified.Interval.Value.High);
    }

    // By hand: the ends of the interval around a shift of 6 are some 2 away from it, so that its lower end is
    // about 0.65 of the estimate.
    [Theory]
    [InlineData(0.25, Classification.High)]
    [InlineData(0.6, Classification.High)]
    [InlineData(0.75, Classification.Pass)]
    [InlineData(1, Classification.Pass)]
    public void The_interval_must_stay_away_from_zero_by_the_tolerance(double tolerance, Classification expected)
    {
        var settings = KayentaSettings.Usual with { Tolerance = tolerance };

        var classified = Classifier.Classify(settings, Metric, Control, Times(1.06));

        Assert.InRange(classified.Interval!.Value.Low / classified.Interval.Value.Estimate, 0.61, 0.74);
        Assert.Equal(expected, classified.Classification);
    }

    [Fact]
    public void A_higher_confidence_asks_for_a_clearer_difference()
    {
        var little = Times(1.03);

        Assert.Equal(Classification.High, Of(0.7).Classification);
        Assert.Equal(Classification.Pass, Of(0.999).Classification);
        return;

        Classified Of(double confidence) => Classifier.Classify(
            KayentaSettings.Usual with { Confidence = confidence }, Metric, Control, little);
    }

    [Theory]
    [InlineData(1.2, 1.2, Classification.High)]
    [InlineData(1.2, 1.3, Classification.Pass)]
    [InlineData(1.2, 1.1, Classification.High)]
    public void An_increase_that_is_allowed_passes(double factor, double allowed, Classification expected) =>
        Assert.Equal(
            expected, Of(Metric with { Effect = Metric.Effect with { AllowedIncrease = allowed } }, factor));

    [Theory]
    [InlineData(0.8, 0.8, Classification.Low)]
    [InlineData(0.8, 0.7, Classification.Pass)]
    [InlineData(0.8, 0.9, Classification.Low)]
    public void A_decrease_that_is_allowed_passes(double factor, double allowed, Classification expected) =>
        Assert.Equal(
            expected, Of(Metric with { Effect = Metric.Effect with { AllowedDecrease = allowed } }, factor));

    [Theory]
    [InlineData(1.2, 1.1, 1, true)]
    [InlineData(1.2, 1.2, 1, true)]
    [InlineData(1.2, 1.3, 1, false)]
    [InlineData(0.8, 1, 0.9, true)]
    [InlineData(0.8, 1, 0.8, true)]
    [InlineData(0.8, 1, 0.7, false)]
    public void A_critical_metric_fails_everything_from_its_critical_effect_on(
        double factor, double increase, double decrease, bool expected)
    {
        var effect = Metric.Effect with { CriticalIncrease = increase, CriticalDecrease = decrease };

        var critical = Metric with { Critical = true, Effect = effect };

        Assert.Equal(expected, Classify(critical, Constant(factor), Constant(1)).Critical);
        Assert.False(Classify(Metric with { Effect = effect }, Constant(factor), Constant(1)).Critical);
    }

    [Fact]
    public void A_critical_metric_that_passes_fails_nothing() =>
        Assert.False(Classify(Metric with { Critical = true }, Times(1.001)).Critical);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_a_mean_is_zero_the_interval_alone_decides(bool isControlZero)
    {
        var zeros = new double[30];
        var metric = Metric with
        {
            Critical = true,
            Effect = new(EffectMeasure.MeanRatio, 100, 0.01, 100, 0.01),
        };

        var classified = isControlZero ? Classify(metric, Control, zeros) : Classify(metric, zeros);

        Assert.Equal(isControlZero ? Classification.High : Classification.Low, classified.Classification);
        Assert.True(classified.Critical);
        Assert.Null(classified.Deviation);
        Assert.Null(classified.EffectSize);
    }

    // By hand: of the 12 pairs of (2, 3, 5) and (1, 2, 3, 4) the first is larger in 1 + 2 + 4, and two are equal.
    [Fact]
    public void The_common_language_effect_is_the_share_of_larger_pairs_with_ties_as_halves()
    {
        var metric = Metric with { Effect = EffectSize.Any(EffectMeasure.Cles) };

        Assert.Equal((7 + 1) / 12.0, Classify(metric, [5, 3, 2], [4, 3, 2, 1]).EffectSize!.Value, 12);
    }

    [Theory]
    [InlineData(0.5, Classification.High)]
    [InlineData(1, Classification.High)]
    [InlineData(1.01, Classification.Pass)]
    public void The_common_language_effect_is_held_against_its_own_limits(double allowed, Classification expected)
    {
        var effect = EffectSize.Any(EffectMeasure.Cles) with { AllowedIncrease = allowed };

        Assert.Equal(expected, Classify(Metric with { Effect = effect }, Times(1.5)).Classification);
    }

    // By hand: of 96 values 94 to 106 and four of 1000 the fences are far below 1000, but so is the 99th percentile
    // only where fewer than one in a hundred are outliers.
    [Fact]
    public void Outliers_are_left_out_only_on_request_and_only_the_last_percent()
    {
        double[] one = [.. Enumerable.Range(0, 199).Select(i => 95 + (i % 11.0)), 1e6];
        double[] four = [.. Enumerable.Range(0, 96).Select(i => 95 + (i % 11.0)), 1e6, 1e6, 1e6, 1e6];
        double[] control = [.. Enumerable.Range(0, 199).Select(i => 95 + (i % 11.0))];
        var removed = Metric with { OutlierStrategy = OutlierStrategy.Remove };

        Assert.InRange(Classify(Metric, one, control).Deviation!.Value, 50, 60);
        Assert.Equal("both sides have the same values", Classify(removed, one, control).Reason);
        Assert.InRange(Classify(removed, four, control).Deviation!.Value, 300, 500);
    }

    // The peer has a percentile at p(n + 1): of 99 values the 99th is the largest, of 100 it lies just below.
    [Theory]
    [InlineData(20, false)]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public void Of_fewer_than_a_hundred_values_none_is_left_out(int values, bool isLeftOut)
    {
        double[] one = [.. Enumerable.Range(0, values - 1).Select(i => 95 + (i % 11.0)), 1000];
        double[] control = [.. Enumerable.Range(0, values).Select(i => 95 + (i % 11.0))];
        var removed = Classify(Metric with { OutlierStrategy = OutlierStrategy.Remove }, one, control);

        Assert.Equal(isLeftOut, removed.Deviation != Classify(Metric, one, control).Deviation);
    }

    [Theory]
    [InlineData(12, 10, Classification.High)]
    [InlineData(10, 12, Classification.Low)]
    [InlineData(0, 12, Classification.Low)]
    [InlineData(5, 0, Classification.High)]
    public void Constant_sides_that_differ_are_told_apart_the_same_way_each_time(
        double experiment, double control, Classification expected)
    {
        var first = Classify(Metric, Constant(experiment), Constant(control));

        Assert.Equal(expected, first.Classification);
        Assert.Equal(experiment - control, first.Interval!.Value.Estimate, 1e-3);
        Assert.Equal(first.Interval, Classify(Metric, Constant(experiment), Constant(control)).Interval);
    }

    // A ratio of negative means says the opposite of what happened; the peer's judge has it so too.
    [Theory]
    [InlineData(EffectMeasure.MeanRatio, Classification.Pass)]
    [InlineData(EffectMeasure.Cles, Classification.High)]
    public void Negative_values_are_for_the_common_language_effect(EffectMeasure measure, Classification expected) =>
        Assert.Equal(
            expected,
            Classify(Metric with { Effect = EffectSize.Any(measure) }, Constant(-10), Constant(-12)).Classification);

    [Theory]
    [InlineData(new double[] { 5 }, new double[] { 3 })]
    [InlineData(new double[] { 1, 2 }, new[] { 1.7e308 })]
    [InlineData(new[] { 1, double.PositiveInfinity }, new double[] { 3, 4 })]
    [InlineData(new double[] { 1, 2 }, new[] { 3, double.NegativeInfinity })]
    [InlineData(new[] { 1e308, -1e308 }, new[] { 1e308, -1e308, 0 })]
    public void Values_that_cannot_be_compared_are_an_error_that_a_critical_metric_does_not_survive(
        double[] experiment, double[] control)
    {
        var classified = Classify(Metric with { Critical = true }, experiment, control);

        Assert.Equal((Classification.Error, true), (classified.Classification, classified.Critical));
        Assert.False(Classify(Metric, experiment, control).Critical);
    }

    [Theory]
    [InlineData(1.5, "higher by at least")]
    [InlineData(0.5, "lower by at least")]
    [InlineData(1.001, "no clear difference")]
    public void The_reason_says_what_decided(double factor, string reason) =>
        Assert.StartsWith(reason, Classify(Metric, Times(factor)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Differences_near_the_resolution_are_warned_of()
    {
        double[] control = [.. Control.Select(value => value * 1e-6)];

        Assert.Contains(
            "smaller unit", Classify(Metric, [.. control.Select(value => value * 2)], control).Reason,
            StringComparison.Ordinal);
    }

    private static Classified Classify(KayentaMetric metric, double[] experiment, double[]? control = null) =>
        Classifier.Classify(KayentaSettings.Usual, metric, control ?? Control, experiment);

    private static Classification Of(KayentaMetric metric, double factor) =>
        Classify(metric, Constant(factor), Constant(1)).Classification;

    private static double[] Times(double factor) => [.. Control.Select(value => value * factor)];

    private static double[] Constant(double value) => [.. Enumerable.Repeat(value, 20)];
}
