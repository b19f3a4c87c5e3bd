using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.LoadTests.Judges;

/// <summary>
/// The peer's judge over the same windows: every five minutes it compares all values since the start, one a minute of
/// each version, with its usual interval and tolerance. What is adjusted is the size of the effect, the ratio of both
/// means that counts as worse.
/// </summary>
internal static class KayentaSeries
{
    private const int BetweenLooks = 5;

    private static readonly KayentaMetric Metric = KayentaMetric.Named("one") with { Direction = Direction.Increase };

    public static AdjustedJudge Errors { get; } = Of(
        "kayenta", pair => ShareOf(pair.CanaryErrors), pair => ShareOf(pair.StableErrors));

    public static AdjustedJudge P99 { get; } = Of(
        "kayenta p99",
        pair => ThresholdSeries.P99Of(pair.CanaryLatency) is Reading.Value(var canary) ? canary : double.NaN,
        pair => ThresholdSeries.P99Of(pair.StableLatency) is Reading.Value(var stable) ? stable : double.NaN);

    private static AdjustedJudge Of(string name, Func<WindowPair, double> canary, Func<WindowPair, double> stable) =>
        new(
            name,
            series => Looks(series, canary, stable).Select(look => look.Ratio).DefaultIfEmpty(0).Max(),
            limit => series => Looks(series, canary, stable).Where(look => look.Ratio > limit)
                .Select(look => (Conviction?)look.At).FirstOrDefault());

    /// <summary>Those that call the canary's values higher, with how many times as high they are in the mean.</summary>
    private static IEnumerable<(Conviction At, double Ratio)> Looks(
        IReadOnlyList<WindowPair> series, Func<WindowPair, double> canary, Func<WindowPair, double> stable)
    {
        var (experiment, control, samples) = (new List<double>(), new List<double>(), 0.0);
        for (var i = 0; i < series.Count; i++)
        {
            experiment.Add(canary(series[i]));
            control.Add(stable(series[i]));
            if (series[i].CanaryErrors is Reading.Counts counts) samples += counts.Total;
            if ((i + 1) % BetweenLooks != 0) continue;
            var seen = Classifier.Classify(
                KayentaSettings.Usual, Metric, control.ToArray(), experiment.ToArray());
            // Beside a mean of nothing every ratio is one without end, whatever limit is chosen.
            if (seen.Classification == Classification.High)
                yield return (new(series[i].Number, samples), seen.Deviation ?? double.MaxValue);
        }
    }

    private static double ShareOf(Reading errors) =>
        errors is Reading.Counts { Total: > 0 } counts ? counts.Bad / counts.Total : double.NaN;
}
