using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenSomebodyAsksForTheWayForward
{
    [Fact]
    public void A_command_that_does_what_time_does_alone_is_not_offered()
    {
        var rollout = new RolloutScenario().AtFivePercent().Aborted();
        // The attempt has been lost, so that any input would find it out.
        rollout.Unseen(TimeSpan.FromSeconds(8));

        Assert.DoesNotContain(Explained(rollout).Moves, move => move.By == MovedBy.You);
    }

    [Fact]
    public void What_a_person_has_paused_is_not_said_to_go_on_with_a_measurement()
    {
        var rollout = WithoutEvidence().Paused();

        Assert.DoesNotContain(
            Explained(rollout).Moves, move => move.What.StartsWith("goes on", StringComparison.Ordinal));
        rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(0, 100));
        Assert.Equal(Phase.Paused, rollout.State.Phase);
    }

    [Fact]
    public void The_time_of_the_way_back_is_when_it_comes()
    {
        var rollout = WithoutEvidence();
        var at = Explained(rollout).Moves.Single(move => move.What == "rolls back").At!.Value;

        rollout.After(at - rollout.Now - TimeSpan.FromSeconds(1));
        Assert.Equal(Phase.Paused, rollout.State.Phase);
        rollout.After(TimeSpan.FromSeconds(1));
        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
    }

    private static Explanation Explained(RolloutScenario rollout) =>
        Explain.Of(rollout.Spec, rollout.Row, rollout.Now);

    private static RolloutScenario WithoutEvidence()
    {
        var rollout = new RolloutScenario().AtFivePercent();
        for (var minute = 0; minute < 4; minute++)
            rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.NoData("empty"));
        return rollout;
    }
}
