using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>Nothing keeps an older call out there, so it is waited for until it can come no more.</summary>
public sealed class WhenATargetStoresNoFences
{
    /// <summary>The time-out of its effects, and two seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void The_first_effect_waits_out_what_who_had_the_slot_before_may_have_under_way()
    {
        var rollout = Rollout().Permitted().Healthy();
        Assert.Null(rollout.Pending);
        var closed = Assert.Single(Gates.Evaluate(rollout.Spec, rollout.State, new Step.Deploy(), rollout.Now),
            gate => !gate.IsOpen);
        Assert.Equal(
            "until 09:00:07Z a call of who had the slot before may arrive at a target that stores no fences",
            closed.Reason);
        Assert.Equal(rollout.Now + Longest, rollout.Row.NextWake);

        Assert.Null(rollout.After(Longest - Moment).Healthy().Pending);

        Assert.IsType<EffectAction.Deploy>(rollout.After(Moment).Healthy().Pending!.Effect.Action);
    }

    [Fact]
    public void What_is_taken_down_waits_for_a_deployment_that_may_still_arrive()
    {
        var rollout = Deploying();
        var overAt = rollout.Pending!.OverAt!.Value;

        rollout.After(TimeSpan.FromSeconds(2)).Aborted();

        var waiting = rollout.Pending!;
        Assert.IsType<EffectAction.Retire>(waiting.Effect.Action);
        Assert.Equal((0, false, overAt), (waiting.Attempt, waiting.Running, waiting.DueAt));
        Assert.Equal(overAt, rollout.Row.NextWake);
        Assert.False(rollout.After(overAt - rollout.Now - Moment).Pending!.Running);
        Assert.Equal((1, true), (rollout.After(Moment).Pending!.Attempt, rollout.Pending!.Running));
        Assert.Equal(Phase.RolledBack, rollout.Applied().State.Phase);
    }

    [Fact]
    public void What_was_answered_holds_up_nothing()
    {
        var rollout = Deploying().Applied().Aborted();

        Assert.Equal((1, true), (rollout.Pending!.Attempt, rollout.Pending.Running));
    }

    [Fact]
    public void A_way_back_that_begins_in_a_restored_store_waits_out_what_the_one_before_may_have_under_way()
    {
        var rollout = Deploying().Applied().Healthy().Applied().After(TimeSpan.FromMinutes(1)).Restored();
        var restored = rollout.Now;
        rollout.Take(rollout.Sees(5)).Aborted();

        Assert.IsType<EffectAction.Deploy>(rollout.Pending!.Effect.Action);
        Assert.Equal((0, restored + Longest), (rollout.Pending.Attempt, rollout.Pending.DueAt));
        Assert.IsType<EffectAction.SetTraffic>(
            rollout.After(Longest).Applied().Pending!.Effect.Action);
    }

    /// <summary>One that had the slot before it may be lost with what was written since the backup.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void The_first_rollout_of_a_slot_waits_only_where_the_store_was_restored(int epoch, bool waits)
    {
        var rollout = new RolloutScenario(
            spec => spec with { Target = spec.Target with { Fencing = Fencing.None } }, begins: false, epoch: epoch);

        rollout.Take(RolloutScenario.Begin() with { Generation = 1 });

        Assert.Equal(waits ? rollout.Now : null, rollout.State.TakenOverAt);
    }

    [Fact]
    public void The_wait_is_a_part_of_the_bound()
    {
        var part = Assert.Single(
            Bound.Of(Rollout().Spec, hasBaseline: true)!.Back, part => part.What == "calls of others waited out");

        Assert.Equal(Longest, part.AtMost);
        Assert.DoesNotContain(
            Bound.Of(RolloutScenario.Plain, hasBaseline: true)!.Back, other => other.What == part.What);
    }

    private static RolloutScenario Rollout() =>
        new(spec => spec with { Target = spec.Target with { Fencing = Fencing.None } });

    private static RolloutScenario Deploying() => Rollout().Permitted().After(Longest).Healthy();
}
