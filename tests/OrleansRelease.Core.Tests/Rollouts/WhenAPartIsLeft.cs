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

    [Fact]
    public void Where_it_has_not_begun_it_never_will()
    {
        var part = new RolloutScenario(begins: false).Take(RolloutScenario.Leave);

        Assert.IsType<StepResult<RolloutState>.Refused>(part.WhatIf(RolloutScenario.Begin(isPart: true)));
    }
}
