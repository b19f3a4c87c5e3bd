using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenARolloutGoesBack
{
    [Fact]
    public void The_old_version_is_checked_by_the_specification_that_it_was_deployed_by()
    {
        var rollout = new RolloutScenario().AtFivePercent();
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Abort(actor, reason)));

        var deploy = Assert.IsType<EffectAction.Deploy>(rollout.Pending!.Effect.Action);
        Assert.Equal("1.0", deploy.Version.ToString());
        Assert.Equal("sha256:one", deploy.SpecHash);
    }

    [Fact]
    public void A_router_that_is_away_for_seconds_does_not_get_it_stuck()
    {
        var rollout = new RolloutScenario().AtFivePercent();
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Abort(actor, reason)));
        rollout.Applied();
        Assert.IsType<EffectAction.SetTraffic>(rollout.Pending!.Effect.Action);

        // Refused at once each time: three attempts are over within seconds, the time for them is not.
        for (var seconds = 0; seconds < 10; seconds++)
        {
            if (rollout.Pending is { Running: true }) rollout.Outcome(new Outcome.NotApplied("connection refused"));
            rollout.After(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
    }

    [Fact]
    public void A_share_that_could_not_be_set_time_and_again_does_not_hide_the_one_that_was()
    {
        var rollout = new RolloutScenario(spec => spec with { Background = [] }).AtFivePercent().Promoted();
        for (var times = 0; times < 3 * RowLimits.KeptEffectsOfASort; times++)
        {
            // Refused at once, and not tried again before the gates have to be asked anew.
            rollout.Healthy().Outcome(new Outcome.NotApplied("connection refused"));
            rollout.After(Deadlines.ForwardMaxAge + TimeSpan.FromSeconds(1));
        }

        Assert.IsType<Work.Gated>(rollout.State.Work);
        rollout.Aborted();
        var plan = Assert.IsType<Stage.GoingBack>(rollout.State.Stage).Plan;
        Assert.Contains(plan.Steps, step => step is UndoStep.RestoreTraffic);
        Assert.InRange(rollout.Row.Outbox.Length, 0, 3 * RowLimits.KeptEffectsOfASort);
    }

    [Fact]
    public void It_gets_stuck_when_the_time_for_its_attempts_is_over()
    {
        var rollout = new RolloutScenario().AtFivePercent();
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Abort(actor, reason)));
        rollout.Applied();
        for (var seconds = 0; seconds < 60 && rollout.State.Phase == Phase.RollingBack; seconds++)
        {
            if (rollout.Pending is { Running: true }) rollout.Outcome(new Outcome.NotApplied("connection refused"));
            rollout.After(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Phase.Failed, rollout.State.Phase);
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Retry(actor, reason)));
        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
    }

    [Fact]
    public void A_permit_that_was_still_being_asked_for_is_not_asked_for_any_more()
    {
        var rollout = new RolloutScenario();
        Assert.Contains(rollout.Row.Outbox, entry => entry.Effect.Action is EffectAction.RequestPermit);
        Assert.Null(rollout.Ask((actor, reason) => new RolloutInput.Abort(actor, reason)));
        Assert.Equal(Phase.Cancelled, rollout.State.Phase);
        Assert.DoesNotContain(rollout.Row.Outbox, entry => entry.Effect.Action is EffectAction.RequestPermit);
        Assert.Contains(rollout.Row.Outbox, entry => entry.Effect.Action is EffectAction.ReturnPermit);
    }
}
