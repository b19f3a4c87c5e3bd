using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Tests.Analysis;

/// <summary>One metric of windows of a minute from nine o'clock on, and tallies of it.</summary>
internal static class Measured
{
    public static readonly DateTimeOffset Nine = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Allowed are one failure, two inconclusive windows, and in a row two without data, one error.</summary>
    public static readonly MetricLimits Limits =
        new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 1, 2, 2, 1, null, 0);

    public static MetricSpec Metric(Unit unit = Unit.Count, Thresholds? thresholds = null, int minSamples = 0) =>
        new(
            "signals/one", new MetricSource.Query("one"), unit, thresholds ?? new(null, null, null),
            Limits with { MinSamples = minSamples }, false);

    public static Window Window(int number) => new(number, Nine.AddMinutes(number), Nine.AddMinutes(number + 1));

    public static Judged Judged(Verdict verdict, int window = 0, bool counted = true) =>
        new("signals/one", Window(window), verdict, null, null, "", counted);

    /// <summary>The tally after these windows, each written as the first letter of its verdict.</summary>
    public static Tally After(string verdicts) => verdicts.Select((letter, number) => Judged(VerdictOf(letter), number))
        .Aggregate(Tally.From(Nine), ThresholdJudge.Add);

    private static Verdict VerdictOf(char letter) => letter switch
    {
        'P' => Verdict.Pass,
        'F' => Verdict.Fail,
        'I' => Verdict.Inconclusive,
        'N' => Verdict.NoData,
        'E' => Verdict.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "no verdict begins like this"),
    };
}
