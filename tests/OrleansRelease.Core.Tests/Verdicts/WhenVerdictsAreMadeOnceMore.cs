using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Tests.Simulation;
using OrleansRelease.Core.Tests.Slos;
using OrleansRelease.Core.Verdicts;

namespace OrleansRelease.Core.Tests.Verdicts;

/// <summary>The log of a rollout alone gives every verdict again, to the last digit.</summary>
public sealed class WhenVerdictsAreMadeOnceMore
{
    private const int Seeds = 200;

    /// <summary>Whoever raises the version of a judge raises that of the rules, which is on record.</summary>
    [Fact]
    public void Rules_and_judges_have_these_versions() => Assert.Equal(
        "6 threshold/2 sequential/1 sequential-latency/1 seasonal/2 burn-rate/3",
        $"{new RolloutDecider(RolloutScenario.Plain).Version} {ThresholdJudge.Version} "
        + $"{SequentialJudge.Version} {LatencyJudge.Version} "
        + $"{Core.Analysis.Seasonal.SeasonalJudge.Version} {BurnJudge.NameOf(BurnJudge.Version)}");

    [Fact]
    public void What_judges_by_limits_now_is_told_of_decisions_of_now() => Assert.Equal(
        ThresholdJudge.Version,
        ThresholdJudge.VersionBy(new RolloutDecider(RolloutScenario.Plain).Version));

    [Fact]
    public void Every_verdict_of_worlds_in_which_everything_goes_wrong_is_identical()
    {
        var verdicts = Enumerable.Range(1, Seeds).SelectMany(VerdictsOf).ToList();

        Assert.All(verdicts, verdict => Assert.True(verdict.Replay.IsIdentical, verdict.Sentence));
        Assert.All(Enum.GetValues<Verdict>(), one =>
            Assert.Contains(verdicts, verdict => verdict.Verdict.Verdict == one));
        Assert.Contains(verdicts, verdict => verdict.Phase == Verdict.Fail);
        Assert.Contains(verdicts, verdict => verdict.Judges is [ThresholdJudge.Version]);
    }

    [Fact]
    public void One_that_the_rules_would_not_make_today_is_shown_beside_what_they_would()
    {
        var rollout = new RolloutScenario().AtFivePercent();
        rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(50, 100));
        var replay = new VerdictReplay(rollout.Spec);
        foreach (var stored in rollout.Log.SkipLast(1)) Assert.Empty(replay.Next(stored, _ => true));
        var forged = rollout.Log[^1].Replace("\"verdict\":\"Fail\"", "\"verdict\":\"Pass\"", StringComparison.Ordinal);

        var verdict = Assert.Single(replay.Next(forged, _ => true))();

        Assert.False(verdict.Replay.IsIdentical);
        Assert.Equal((Verdict.Pass, Verdict.Fail), (verdict.Verdict.Verdict, verdict.Replay.Otherwise?.Verdict));
    }

    [Fact]
    public void It_says_in_a_sentence_what_was_judged_from_what_and_what_the_metric_came_to()
    {
        var rollout = new RolloutScenario().AtFivePercent();
        rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(50, 100));
        var replay = new VerdictReplay(rollout.Spec);

        var verdict = Assert.Single(rollout.Log.SelectMany(stored => replay.Next(stored, _ => true)))();

        Assert.Equal(new Reading.Counts(50, 100), verdict.Input.Reading);
        Assert.Equal(("signals/errors", Verdict.Fail), (verdict.Metric, verdict.Verdict.Verdict));
        Assert.Contains("UTC, is Fail: 50 % > ", verdict.Sentence, StringComparison.Ordinal);
        Assert.Contains("; with it the metric is ", verdict.Sentence, StringComparison.Ordinal);
        Assert.Equal(["signals/errors"], replay.Metrics);
    }

    /// <summary>Of whatever is compared, held against the past or burns the log has all that it takes.</summary>
    [Fact]
    public void So_is_every_verdict_of_what_is_compared_and_of_budgets()
    {
        var compared = new RolloutScenario(Comparing).AtFivePercent();
        for (var minute = 0; minute < 8; minute++)
        {
            compared.After(TimeSpan.FromMinutes(1));
            compared.Take(new RolloutInput.Answered(
                [
                    .. Questions.Due(compared.Spec, compared.State, compared.Now).Metrics.Select(question =>
                        new Measurement(
                            question.Key, question.Window, new Reading.Counts(minute % 3, 900),
                            new Reading.Counts(2, 9_000))),
                ],
                null));
        }

        var burning = new BurningRollout { Own = _ => (2, 500) }.For(TimeSpan.FromHours(2));
        var verdicts = new[] { compared, burning.Rollout }
            .SelectMany(rollout => All(rollout.Spec, rollout.Log)).ToList();

        Assert.All(verdicts, verdict => Assert.True(verdict.Replay.IsIdentical, verdict.Sentence));
        Assert.Contains(verdicts, verdict => verdict.Judges.Contains(SequentialJudge.Version));
        Assert.Contains(verdicts, verdict => verdict.Judges.Contains(BurnJudge.NameOf(BurnJudge.Version)));
    }

    private static RolloutSpec Comparing(RolloutSpec spec) => spec with
    {
        Background =
        [
            spec.Background[0] with
            {
                Compare = new(0.005, spec.Background[0].Source, ImmutableSortedDictionary<string, string>.Empty),
            },
        ],
    };

    private static IEnumerable<VerdictOnRecord> VerdictsOf(int seed)
    {
        var world = new World(seed, new Coverage());
        world.Run();
        return All(world.Spec, world.Store.Log);
    }

    private static List<VerdictOnRecord> All(RolloutSpec spec, IEnumerable<string> log)
    {
        var replay = new VerdictReplay(spec);
        return [.. log.SelectMany(stored => replay.Next(stored, _ => true)).Select(make => make())];
    }
}
