using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// A request to the judge that may be asked after every window: shares of bad requests beside those of what is stable,
/// window by window. A window without one of its four counts is skipped.
/// </summary>
internal sealed record SequentialRequest(SequentialSpec Spec, ImmutableArray<MetricValues> Metrics)
{
    private const string Counts = "as many counts as experiment has, or null";

    public static JudgeAnswer Judge(SequentialRequest request)
    {
        var judged = request.Metrics.Select(metric => (metric.Name, Seen: request.Look(metric))).ToList();
        var worst = judged.Max(one => VerdictOf(one.Seen));
        return new(
            worst,
            string.Join("; ", judged.Where(one => VerdictOf(one.Seen) == worst)
                .Select(one => $"{one.Name}: {ReasonOf(one.Seen)}")),
            [
                .. judged.Select(one => new JudgedMetric(
                    one.Name!, Classify(one.Seen), Critical: false, ReasonOf(one.Seen), Deviation(one.Seen),
                    new Shift(one.Seen.Difference.Low, one.Seen.Difference.Estimate, one.Seen.Difference.High))),
            ]);
    }

    public static SequentialRequest Read(
        JudgeConfig config, ImmutableArray<MetricValues> metrics, FieldProblems problems)
    {
        problems.UnusedLimits(config, Judges.Sequential);
        problems.UnusedScores(config, Judges.Sequential);
        for (var i = 0; i < metrics.Length; i++) Check(metrics[i], $"metrics[{i}]", problems);
        if (config.Margin is null)
            problems.Add("config.margin", null, "it is missing", "a share, such as 0.005 for half a percentage point");
        return new(
            SequentialSpec.For(
                problems.Number("config.margin", config.Margin, 0, 0, 1), metrics.Length,
                1 - problems.Number(
                    "config.confidence", config.Confidence, 1 - SequentialSpec.FalseAlarms, 0.5, 0.9999)),
            metrics);
    }

    private static void Check(MetricValues metric, string path, FieldProblems problems)
    {
        problems.UnusedComparing(metric, path, Judges.Sequential);
        Check(metric.ExperimentTotals, $"{path}.experimentTotals");
        Check(metric.Control, $"{path}.control");
        Check(metric.ControlTotals, $"{path}.controlTotals");

        void Check(IReadOnlyList<double?>? counts, string field)
        {
            if (counts is null)
                problems.Add(field, null, "it is missing", Counts);
            else if (metric.Experiment is { } experiment && counts.Count != experiment.Count)
                problems.Add(field, $"{counts.Count} counts", $"experiment has {experiment.Count}", Counts);
        }
    }

    private Compared Look(MetricValues metric)
    {
        var evidence = Evidence.None;
        for (var i = 0; i < metric.Experiment!.Count; i++)
        {
            evidence = SequentialJudge.Add(
                Spec, evidence, Of(metric.Experiment[i], metric.ExperimentTotals![i]),
                Of(metric.Control![i], metric.ControlTotals![i]));
        }

        return SequentialJudge.Look(Spec, evidence);

        static Reading Of(double? bad, double? total) => (bad, total) is ({ } some, { } all)
            ? new Reading.Counts(some, all)
            : new Reading.NoData("no counts");
    }

    private static Verdict VerdictOf(Compared seen) => seen switch
    {
        { Arithmetic.Windows: 0 } => Verdict.NoData,
        { Comparison: Comparison.Worse } => Verdict.Fail,
        { Comparison: Comparison.Equivalent } => Verdict.Pass,
        _ => Verdict.Inconclusive,
    };

    private static Classification Classify(Compared seen) => VerdictOf(seen) switch
    {
        Verdict.Fail => Classification.High,
        Verdict.Pass => Classification.Pass,
        _ => Classification.Nodata,
    };

    private static string ReasonOf(Compared seen) => VerdictOf(seen) switch
    {
        Verdict.NoData => "no window has counts of both",
        Verdict.Inconclusive => $"undecided: {seen.Reason}",
        _ => seen.Reason,
    };

    private static double? Deviation(Compared seen)
    {
        var counts = seen.Arithmetic;
        var ratio = counts.CanaryBad / counts.CanaryTotal / (counts.StableBad / counts.StableTotal);
        return double.IsFinite(ratio) ? ratio : null;
    }
}
