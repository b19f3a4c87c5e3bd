using CsCheck;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Tests.Analysis.Kayenta;

public sealed class WhateverTheValuesAre
{
    private const string Seed = "0N0XIzNsQ0O2";

    private static readonly KayentaMetric Metric = KayentaMetric.Named("latency", "speed") with
    {
        Effect = EffectSize.Any(EffectMeasure.Cles),
    };

    // Quarters, so that adding and taking away is exact and there are ties.
    private static readonly Gen<double[]> Values = Gen.Int[-400, 400].Select(i => i / 4d).Array[2, 40];

    private static readonly double[] Odd =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue];

    private static readonly Gen<double> Anything = Gen.OneOf(
        Gen.Double, Gen.Int[0, Odd.Length - 1].Select(i => Odd[i]), Gen.Int[-3, 3].Select(i => (double)i));

    [Fact]
    public void Sides_that_are_swapped_mirror_high_and_low() =>
        Gen.Select(Values, Values).Sample(
            (one, other) => Mirrored(Of(one, other).Classification) == Of(other, one).Classification,
            seed: Seed, iter: 2_000, threads: 1);

    [Fact]
    public void The_interval_moves_with_the_experiment() =>
        Gen.Select(Values, Values, Gen.Int[-1000, 1000]).Sample(
            (one, other, by) => IsMoved(Of(one, other).Interval, Of([.. one.Select(v => v + by)], other).Interval, by),
            seed: Seed, iter: 2_000, threads: 1);

    [Fact]
    public void Both_sides_moved_are_classified_as_before() =>
        Gen.Select(Values, Values, Gen.Int[-1000, 1000]).Sample(
            (one, other, by) => IsMoved(
                Of(one, other).Interval, Of([.. one.Select(v => v + by)], [.. other.Select(v => v + by)]).Interval, 0),
            seed: Seed, iter: 2_000, threads: 1);

    [Fact]
    public void The_order_of_values_does_not_matter() =>
        Gen.Select(Values, Values).Sample(
            (one, other) => Of(one, other) with { Groups = [] }
                == Of([.. one.Reverse()], [.. other.Reverse()]) with { Groups = [] },
            seed: Seed, iter: 500, threads: 1);

    [Fact]
    public void Anything_at_all_is_classified_and_changed_by_nobody() =>
        Gen.Select(
            Anything.Array[0, 12], Anything.Array[0, 12], Gen.Enum<NanStrategy>(), Gen.Enum<OutlierStrategy>(),
            Gen.Enum<EffectMeasure>()).Sample(
            (one, other, nan, outliers, measure) =>
            {
                double[] before = [.. one];
                var classified = Classifier.Classify(
                    KayentaSettings.Usual,
                    Metric with
                    {
                        NanStrategy = nan,
                        OutlierStrategy = outliers,
                        Effect = EffectSize.Any(measure),
                    },
                    other, one);
                return Enum.IsDefined(classified.Classification)
                    && classified.Reason.Length > 0
                    && (classified.Interval is not { } shift
                        || new[] { shift.Low, shift.Estimate, shift.High }.All(double.IsFinite))
                    && one.SequenceEqual(before);
            },
            seed: Seed, iter: 5_000, threads: 1);

    [Fact]
    public void A_million_values_a_side_are_compared_in_as_many_passes_as_few()
    {
        var control = new double[1_000_000];
        for (var i = 0; i < control.Length; i++) control[i] = (i * 7919L) % 1_000_003;
        double[] experiment = [.. control.Select(value => value + 5_000)];

        var classified = Of(experiment, control);

        Assert.Equal(Classification.High, classified.Classification);
        Assert.Equal(5_000, classified.Interval!.Value.Estimate, 100d);
    }

    private static Classified Of(double[] experiment, double[] control) =>
        Classifier.Classify(KayentaSettings.Usual, Metric, control, experiment);

    private static Classification Mirrored(Classification classification) => classification switch
    {
        Classification.High => Classification.Low,
        Classification.Low => Classification.High,
        _ => classification,
    };

    // The search stops at its resolution; where equally many pairs lie on both sides, it stops anywhere between them.
    private static bool IsMoved(Shift? one, Shift? other, double by) => one is null || other is null
        ? one is null == other is null || by != 0
        : Math.Abs(other.Value.Low - one.Value.Low - by) <= 2 * Shift.Resolution
            && Math.Abs(other.Value.High - one.Value.High - by) <= 2 * Shift.Resolution;
}
