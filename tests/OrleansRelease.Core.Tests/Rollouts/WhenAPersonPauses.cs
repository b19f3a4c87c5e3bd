using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenAPersonPauses
{
    [Fact]
    public void A_pause_in_the_middle_of_an_action_does_not_end_in_a_way_back()
    {
        var rollout = new RolloutScenario().Permitted().Healthy();
        Assert.IsType<EffectAction.Deploy>(rollout.Pending!.Effect.Action);
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Pause(actor, reason)));
        rollout.Outcome(new Outcome.NotApplied("no room")).After(TimeSpan.FromHours(2));
        Assert.Equal(Phase.Paused, rollout.State.Phase);

        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Resume(actor, reason)));
        rollout.After(TimeSpan.FromSeconds(1));
        Assert.Equal(Phase.Progressing, rollout.State.Phase);
    }

    [Fact]
    public void Nothing_moves_forward_and_judging_goes_on()
    {
        var rollout = new RolloutScenario().AtFivePercent();
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Pause(actor, reason)));
        for (var minutes = 0; minutes < 15; minutes++)
            rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(0, 100));
        Assert.Equal(Phase.Paused, rollout.State.Phase);
        Assert.Equal(500, rollout.State.Exposure.Confirmed.BasisPoints);

        rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(50, 100));
        rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(50, 100));
        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
    }
}
