using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Verdicts;

namespace OrleansRelease.Core.Tests.Analysis.Seasonal;

/// <summary>Usual are 200 ms with a spread of 50: chance allows 211 ms more of one metric alone.</summary>
public sealed class WhenSeveralAreHeldAgainstThePast
{
    private static readonly Past.Usual Usual = new(0.2, 0.05, 14, 56, 0.2, 0.2);

    [Theory]
    [InlineData(1, Verdict.Fail)]
    [InlineData(2, Verdict.Pass)]
    [InlineData(5, Verdict.Pass)]
    public void Each_gets_its_part_of_what_chance_may_do_and_one_that_is_only_shown_has_none(
        int counted, Verdict verdict)
    {
        var rollout = new RolloutScenario(spec => Judged(spec, counted)).AtFivePercent();
        for (var minute = 0; minute < 3; minute++)
        {
            rollout.After(TimeSpan.FromMinutes(1));
            rollout.Take(new RolloutInput.Answered(
                [
                    .. Questions.Due(rollout.Spec, rollout.State, rollout.Now).Metrics.Select(question =>
                        new Measurement(question.Key, question.Window, new Reading.Value(0.42), Past: Usual)),
                ],
                null));
        }

        var replay = new VerdictReplay(rollout.Spec);
        var held = rollout.Log.SelectMany(stored => replay.Next(stored, _ => true)).Select(make => make())
            .Where(one => one.Verdict.Past is not null).ToList();

        Assert.Equal(counted + 1, held.Select(one => one.Metric).Distinct().Count());
        Assert.All(held, one => Assert.Equal(
            (verdict, SeasonalJudge.Needed(14, counted), true),
            (one.Verdict.Verdict, one.Verdict.Past!.Needed, one.Replay.IsIdentical)));
    }

    private static RolloutSpec Judged(RolloutSpec spec, int counted) => spec with
    {
        Background =
        [
            .. Enumerable.Range(1, counted + 1).Select(i => spec.Background[0] with
            {
                Name = $"signals/p{i}",
                Source = new MetricSource.Query($"p{i}"),
                Unit = Unit.Seconds,
                Thresholds = new(null, null, null),
                DryRun = i > counted,
                History = new(14, 0.3, BadChange.Increase, "q"),
            }),
        ],
    };
}
