using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// A request to the judge that may be asked after every window: shares of bad requests beside those of what is stable,
/// window by window. A window without one of its four counts is skipped.
/// </summary>
/// <param name="Margin">By how much a share may be worse.</param>
/// <param name="FalseAlarms">What all metrics together may be wrong by.</param>
/// <param name="Scoring">What they come to together.</param>
/// <param name="Metrics">In order.</param>
internal sealed record SequentialRequest(
    double Margin, double FalseAlarms, Scoring Scoring, ImmutableArray<GivenMetric> Metrics)
{
    // A window's number alone does not say how much it scatters, and of two versions of unequal traffic even equal
    // ones do not scatter alike: no test of such numbers keeps its promise.
    private const string Uncounted = "plain numbers do not say how many requests they are of";

    private const string Totals = "all requests of each window, of which experiment and control count the bad ones, or "
        + "judge histogram for buckets of latencies, or judge kayenta for plain numbers of two sides alike";

    private const string Counts = "as many counts as experiment has, or null";

    public static SequentialRequest Read(
        JudgeConfig config, Scoring scoring, ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        for (var i = 0; i < metrics.Length; i++) Check(metrics[i].Values, $"metrics[{i}]", problems);
        return new(MarginOf(config, problems), FalseAlarmsOf(config, problems), scoring, metrics);
    }

    /// <summary>By how much a share may be worse; not at all where nobody says.</summary>
    public static double MarginOf(JudgeConfig config, FieldProblems problems) =>
        problems.Number("config.margin", config.Margin, 0, 0, 1);

    public static double FalseAlarmsOf(JudgeConfig config, FieldProblems problems) =>
        1 - problems.Number("config.confidence", config.Confidence, 1 - SequentialSpec.FalseAlarms, 0.5, 0.9999);

    public JudgeAnswer Judge() => Scoring.Answer(
        Judges.Sequential, SequentialJudge.Version, Metrics,
        metric => Comparing.Opine(
            metric.Bad(Direction.Increase), (isSwapped, comparisons) => Look(metric, isSwapped, comparisons))
            ?? Opinion.NoData("no window has counts of both"));

    private static void Check(MetricValues metric, string path, FieldProblems problems)
    {
        Check(metric.ExperimentTotals, "experimentTotals", Uncounted, Totals);
        Check(metric.Control, "control", "it is missing", Counts);
        Check(metric.ControlTotals, "controlTotals", Uncounted, Totals);

        void Check(IReadOnlyList<double?>? counts, string field, string missing, string expected)
        {
            if (counts is null)
            {
                problems.Add($"{path}.{field}", null, missing, expected);
            }
            else if (metric.Experiment is { } experiment && counts.Count != experiment.Count)
            {
                problems.Add(
                    $"{path}.{field}", $"{counts.Count} counts", $"experiment has {experiment.Count}", Counts);
            }
        }
    }

    private Compared? Look(GivenMetric metric, bool isSwapped, int comparisons)
    {
        var spec = SequentialSpec.For(Margin, Metrics.Length * comparisons, FalseAlarms);
        var (values, evidence) = (metric.Values, Evidence.None);
        for (var i = 0; i < values.Experiment!.Count; i++)
        {
            var experiment = metric.Counts(values.Experiment[i], values.ExperimentTotals![i]);
            var control = metric.Counts(values.Control![i], values.ControlTotals![i]);
            evidence = isSwapped
                ? SequentialJudge.Add(spec, evidence, control, experiment)
                : SequentialJudge.Add(spec, evidence, experiment, control);
        }

        return evidence.Windows == 0 ? null : SequentialJudge.Look(spec, evidence);
    }
}
