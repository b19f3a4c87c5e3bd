using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenARolloutOnlyTakesBack
{
    private static readonly RolloutInput.Reverse Reverse = RolloutScenario.Reverse;

    private readonly RolloutScenario _back = new RolloutScenario(begins: false).Take(Reverse);

    [Fact]
    public void It_goes_back_at_once_step_by_step_each_verified_before_the_next()
    {
        Assert.Equal((Phase.RollingBack, Weight.All), (_back.State.Phase, _back.State.Share));
        Assert.Single(_back.Rings);
        Assert.Equal(("Deploy", "SetTraffic", "Retire"), (Next(), Next(), Next()));

        Assert.Equal((Phase.RolledBack, true), (_back.State.Phase, _back.State.IsTerminal));
        Assert.IsType<PartStage.Back>(PartOf.StageOf(_back.State));
        Assert.Single(_back.Rings);
    }

    [Fact]
    public void The_version_before_is_started_by_the_specification_that_it_was_deployed_by()
    {
        var deploy = Assert.IsType<EffectAction.Deploy>(_back.Pending!.Effect.Action);

        Assert.Equal((Reverse.Baseline, Reverse.BaselineSpecHash), (deploy.Version, deploy.SpecHash));
        Assert.Equal(
            (Direction.Back, Reverse.Generation),
            (_back.Pending.Effect.Direction, _back.Pending.Effect.Fence.Generation));
    }

    [Fact]
    public void Told_twice_or_late_it_does_nothing_more()
    {
        var before = _back.Row;
        Assert.Same(before, _back.Take(Reverse).Row);

        Next();
        Next();
        Next();
        Assert.IsType<StepResult<RolloutState>.Unchanged>(_back.WhatIf(Reverse));
    }

    [Fact]
    public void Where_nothing_was_before_nothing_answers_afterwards()
    {
        var back = new RolloutScenario(begins: false).Take(Reverse with { Baseline = null, BaselineSpecHash = null });

        Assert.IsType<EffectAction.SetTraffic>(back.Pending!.Effect.Action);
        back.Applied().Applied();
        Assert.Equal(Phase.RolledBack, back.State.Phase);
    }

    private string Next()
    {
        var what = _back.Pending!.Effect.Action.GetType().Name;
        _back.Applied();
        return what;
    }
}
