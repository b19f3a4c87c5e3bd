using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>The limit is 5 %, the margin half a point; what is stable has 0.1 % of bad requests.</summary>
public sealed class WhenItIsComparedWithWhatIsStable
{
    private static readonly Reading Stable = new Reading.Counts(20, 20_000);

    [Fact]
    public void What_is_worse_goes_back_although_its_limit_holds_and_says_by_how_much()
    {
        var rollout = Compared();
        for (var minute = 0; minute < 10 && !IsBack(rollout); minute++) Measured(rollout, 40);

        var back = Assert.IsType<Stage.GoingBack>(rollout.State.Stage);
        Assert.Contains("signals/errors", back.Cause.Text, StringComparison.Ordinal);
        Assert.Contains("worse than what is stable: +3.9", back.Cause.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_as_good_goes_on_and_the_interval_is_kept()
    {
        var rollout = Compared();
        for (var minute = 0; minute < 10; minute++) Measured(rollout, 1);

        Assert.False(IsBack(rollout));
        var seen = rollout.State.Tallies["signals/errors"].Beside!.Seen;
        Assert.True(seen.Difference.High < 0.005, $"{seen.Reason}");
        Assert.All(rollout.State.Tallies["signals/errors"].Recent, window => Assert.Null(window.Beside));
    }

    [Fact]
    public void What_says_nothing_of_the_stable_version_convicts_nobody()
    {
        var rollout = Compared();
        for (var minute = 0; minute < 10; minute++) Measured(rollout, 40, new Reading.NoData("empty"));

        Assert.False(IsBack(rollout));
        Assert.Equal(10, rollout.State.Tallies["signals/errors"].Beside!.Evidence.Skipped);
    }

    [Fact]
    public void A_dry_run_is_compared_and_takes_nothing_back()
    {
        var rollout = Compared(dryRun: true);
        for (var minute = 0; minute < 10; minute++) Measured(rollout, 40);

        Assert.False(IsBack(rollout));
        Assert.True(rollout.State.Tallies["signals/errors"].Beside!.Seen.Difference.Low > 0.005);
    }

    [Fact]
    public void A_window_in_which_a_share_changed_is_not_compared()
    {
        var rollout = Compared();
        Measured(rollout, 1);
        rollout.Promoted().Healthy();
        Assert.True(rollout.State.Exposure.Changing);
        Measured(rollout, 40);

        var tally = rollout.State.Tallies["signals/errors"];
        Assert.Equal((2, 1), (tally.NextWindow, tally.Beside!.Evidence.Windows));
    }

    [Fact]
    public void With_all_requests_it_is_compared_no_more()
    {
        var rollout = Compared();
        for (var minute = 0; minute < 11; minute++) Measured(rollout, 1);
        rollout.Healthy().Applied();
        Assert.Equal(Weight.All, rollout.State.Exposure.Confirmed);
        var before = rollout.State.Tallies["signals/errors"].Beside!.Evidence.Windows;
        // What is still counted there are probes, all of them good.
        for (var minute = 0; minute < 2; minute++) Measured(rollout, 20, new Reading.Counts(0, 120));

        Assert.False(IsBack(rollout));
        Assert.Equal(before, rollout.State.Tallies["signals/errors"].Beside!.Evidence.Windows);
    }

    private static RolloutScenario Compared(bool dryRun = false) => new RolloutScenario(spec => spec with
    {
        Background =
        [
            spec.Background[0] with { DryRun = dryRun, Compare = new(0.005, spec.Background[0].Source, Args) },
            .. dryRun ? spec.Background.Select(metric => metric with { Name = "signals/other" }) : [],
        ],
    }).AtFivePercent();

    private static readonly System.Collections.Immutable.ImmutableSortedDictionary<string, string> Args =
        System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty;

    private static void Measured(RolloutScenario rollout, int badOfThousand, Reading? stable = null)
    {
        rollout.Unseen(TimeSpan.FromMinutes(1));
        var due = Questions.Due(rollout.Spec, rollout.State, rollout.Now).Metrics;
        rollout.Take(new RolloutInput.Answered(
            [
                .. due.Select(question => question.Metric.Compare is null
                    ? new Measurement(question.Key, question.Window, new Reading.Counts(0, 1_000))
                    : new Measurement(
                        question.Key, question.Window, new Reading.Counts(badOfThousand, 1_000), stable ?? Stable)),
            ], null));
    }

    private static bool IsBack(RolloutScenario rollout) => rollout.State.Stage is Stage.GoingBack;
}
