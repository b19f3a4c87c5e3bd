using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// Values of the experiment, each of them one measurement, in order: a metric is what a rollout would have made of
/// them.
/// </summary>
/// <param name="Thresholds">What each must keep to.</param>
/// <param name="Limits">How many may not.</param>
internal sealed record ValueSeries(Thresholds Thresholds, MetricLimits Limits)
{
    public static ValueSeries Read(JudgeConfig config, FieldProblems problems)
    {
        var usual = BuiltIn.Limits;
        return new(
            AssessRequest.Limits("config.", config.Max, config.Min, config.FailAbove, isOneNumber: true, problems),
            usual with
            {
                FailureLimit = problems.Whole("config.failureLimit", config.FailureLimit, usual.FailureLimit, 0),
                InconclusiveLimit = problems.Whole(
                    "config.inconclusiveLimit", config.InconclusiveLimit, usual.InconclusiveLimit, 0),
            });
    }

    /// <summary>Those of the thresholds that are in the direction that is bad.</summary>
    public Thresholds Toward(Direction bad) => bad switch
    {
        Direction.Increase => Thresholds with { Min = null },
        Direction.Decrease => new(null, Thresholds.Min, null),
        _ => Thresholds,
    };

    /// <summary>Whoever gives a limit means to be held to it.</summary>
    public void CheckDirections(ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        for (var i = 0; i < metrics.Length; i++)
        {
            var bad = metrics[i].Bad(Direction.Either);
            if (!Thresholds.IsHard || Toward(bad).IsHard) continue;
            problems.Add(
                $"metrics[{i}].direction", metrics[i].Values.Direction, "there is no limit in this direction",
                bad == Direction.Increase ? "max: NUMBER in config, or either" : "min: NUMBER in config, or either");
        }
    }

    /// <param name="metric">Whose values.</param>
    /// <param name="past">What is usual, where they and so many others are held against that as well, and how.</param>
    public Opinion Opine(GivenMetric metric, (ComparedToPast Spec, Past Past, int Metrics)? past = null)
    {
        var thresholds = Toward(metric.Bad(Direction.Either));
        var assessment = Assessment.Of(
            new MetricSpec(
                metric.Name, new MetricSource.Query(""), Unit.Count, thresholds, Limits, DryRun: false,
                History: past?.Spec),
            [
                .. metric.Values.Experiment!.Select(value =>
                    new SeriesReading(ReadingOf(metric, value), Past: past?.Past)),
            ],
            past?.Metrics ?? 1);
        // The first that was bad is what a rollout would have looked at first.
        var told = assessment.Windows.FirstOrDefault(one => one.Verdict is Verdict.Fail or Verdict.Inconclusive);
        return assessment.AtTheEnd switch
        {
            Verdict.Pass => new(Verdict.Pass, Classification.Pass, past is null
                ? assessment.Reason
                : $"{assessment.Reason}; the last: {assessment.Windows.Last(one => one.Value is not null).Detail}"),
            Verdict.NoData => Opinion.NoData(assessment.Reason),
            Verdict.Error => new(Verdict.Error, Classification.Error, assessment.Reason),
            var verdict => new(
                verdict, IsLow(told?.Value, thresholds, past?.Past) ? Classification.Low : Classification.High,
                $"{assessment.Reason}; the first: {told?.Detail}"),
        };
    }

    private static Reading ReadingOf(GivenMetric metric, double? value) => metric.Number(value) is { } number
        ? new Reading.Value(number)
        : new Reading.NoData("no value");

    private static bool IsLow(double? value, Thresholds thresholds, Past? past) =>
        value < thresholds.Min || (past is Past.Usual usual && value < usual.Centre && !(value > thresholds.Max));
}
