using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>A person leaves a service as it is, and its release gives the lease back.</summary>
public sealed class WhenAPartIsLeft
{
    [Theory]
    [InlineData("part: stuck")]
    [InlineData("part: back")]
    [InlineData("part: halted")]
    [InlineData("part: verified, restored: differs")]
    public void It_does_nothing_more_and_returns_its_permit(string place)
    {
        var part = Places.All.Single(it => it.Name == place).Make().Take(RolloutScenario.Leave);

        Assert.True(part.State.IsTerminal);
        Assert.Null(part.Pending);
        Assert.Contains(part.Row.Outbox, entry => entry is
        {
            IsPending: true,
            Effect.Action: EffectAction.ReturnPermit,
        });
        Assert.Equal(
            "left as it is by anna, in autumn.production.1: its target is gone",
            Assert.IsType<PartStage.Left>(PartOf.StageOf(part.State)).Reason);
        Assert.Equal(
            RefusalCodes.AlreadyEnded, part.Ask((actor, reason) => new RolloutInput.Retry(actor, reason))?.Code);
    }

    /// <summary>Its release has to know: it is no part that was stopped with all others.</summary>
    [Fact]
    public void Where_it_has_not_begun_it_never_will_and_was_left()
    {
        var part = new RolloutScenario(begins: false).Take(RolloutScenario.Leave);

        Assert.IsType<PartStage.Left>(PartOf.StageOf(part.State));
        Assert.IsType<PartStage.Left>(PartOf.After(
            new(RolloutScenario.Id, 0, new PartStage.Moving()), 1, part.Transition, part.Epoch).Stage);
        Assert.NotEmpty(part.Rings);
        Assert.Contains(
            "never begins: left as it is by anna",
            Assert.IsType<StepResult<RolloutState>.Refused>(part.WhatIf(RolloutScenario.Begin(isPart: true)))
                .Refusal.Reason,
            StringComparison.Ordinal);
    }

    /// <summary>Its slot says so: the lease was taken from it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_of_no_release_stops_as_well(bool hasBegun)
    {
        var rollout = new RolloutScenario(begins: hasBegun);
        if (hasBegun) rollout.AtFivePercent();

        rollout.Take(RolloutScenario.Leave with { Passage = null });

        Assert.True(rollout.State.IsTerminal);
        Assert.Null(rollout.Pending);
        Assert.Empty(rollout.Rings);
        var cause = Assert.IsType<Cause.LeftAsItIs>(Assert.IsType<Stage.Ended>(rollout.State.Stage).Cause);
        Assert.Equal("left as it is by anna: its target is gone", cause.Text);
    }

    [Fact]
    public void One_of_a_release_is_not_left_by_whoever_takes_it_for_one_of_none()
    {
        var part = new RolloutScenario(isPart: true);

        Assert.IsType<StepResult<RolloutState>.Refused>(
            part.WhatIf(RolloutScenario.Leave with { Passage = null }));
    }
}
