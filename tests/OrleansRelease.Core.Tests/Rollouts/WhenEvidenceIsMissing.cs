using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenEvidenceIsMissing
{
    private static readonly Reading Nothing = new Reading.NoData("empty");

    [Fact]
    public void It_holds_when_the_limit_is_used_up_and_not_before()
    {
        var rollout = After(new RolloutScenario().AtFivePercent(), 3, Nothing);
        Assert.Equal(Phase.Progressing, rollout.State.Phase);

        After(rollout, 1, Nothing);
        var hold = Assert.IsType<Stage.Held>(rollout.State.Stage).Hold;
        Assert.Equal(Verdict.NoData, hold.Evidence!.Verdict);
        Assert.Equal(rollout.Now + TimeSpan.FromMinutes(15), hold.Evidence.GiveUpAt);
    }

    [Fact]
    public void One_usable_window_ends_the_hold()
    {
        var rollout = After(new RolloutScenario().AtFivePercent(), 4, Nothing);

        Assert.Equal(Phase.Progressing, After(rollout, 1, new Reading.Counts(0, 100)).State.Phase);
    }

    [Fact]
    public void Nobody_can_wave_it_on()
    {
        var rollout = After(new RolloutScenario().AtFivePercent(), 4, Nothing);

        Assert.Equal(RefusalCodes.NoEvidence, rollout.Ask((a, r) => new RolloutInput.Promote(a, r))?.Code);
        Assert.Equal(RefusalCodes.NoEvidence, rollout.Ask((a, r) => new RolloutInput.Resume(a, r))?.Code);
    }

    [Fact]
    public void It_is_taken_back_when_the_time_to_hold_is_over()
    {
        var rollout = After(After(new RolloutScenario().AtFivePercent(), 4, Nothing), 14, Nothing);
        Assert.Equal(Phase.Paused, rollout.State.Phase);

        After(rollout, 1, Nothing);
        var cause = Assert.IsType<Stage.GoingBack>(rollout.State.Stage).Cause;
        Assert.Equal("signals/errors", Assert.IsType<Cause.WithoutEvidence>(cause).Metric);
    }

    [Fact]
    public void A_pause_by_a_person_does_not_stop_that_time()
    {
        var rollout = After(new RolloutScenario().AtFivePercent(), 4, Nothing).Paused();

        Assert.Equal(Phase.RollingBack, After(rollout, 15, Nothing).State.Phase);
    }

    [Fact]
    public void It_holds_for_as_long_as_it_takes_where_the_service_asked_for_that()
    {
        var rollout = new RolloutScenario(spec => spec with
        {
            Undecided = spec.Undecided with { Then = UndecidedThen.Hold },
        }).AtFivePercent();

        Assert.Equal(Phase.Paused, After(rollout, 120, Nothing).State.Phase);
    }

    [Fact]
    public void It_holds_where_the_row_of_good_ones_was_not_there_within_the_count_and_until_it_is()
    {
        var rollout = new RolloutScenario(spec => spec with
        {
            Background = [.. spec.Background.Select(metric => metric with
            {
                Limits = metric.Limits with { Count = 3, ConsecutiveSuccessLimit = 3, FailureLimit = 1 },
            })],
        }).AtFivePercent();

        var (good, bad) = (new Reading.Counts(0, 100), new Reading.Counts(50, 100));
        After(After(After(rollout, 1, good), 1, bad), 1, good);
        var hold = Assert.IsType<Stage.Held>(rollout.State.Stage).Hold;
        Assert.Equal(Verdict.Inconclusive, hold.Evidence!.Verdict);
        Assert.Equal(Phase.Paused, After(rollout, 1, good).State.Phase);

        Assert.Equal(Phase.Progressing, After(rollout, 1, good).State.Phase);
    }

    private static RolloutScenario After(RolloutScenario rollout, int minutes, Reading reading)
    {
        for (var minute = 0; minute < minutes; minute++)
            rollout.After(TimeSpan.FromMinutes(1)).Measured(reading);
        return rollout;
    }
}
