using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>The first version of a service, all at once: there is nothing to share requests with.</summary>
public sealed class WhenThereIsNoVersionBefore
{
    [Fact]
    public void Its_way_back_turns_traffic_off_and_checks_nothing()
    {
        var rollout = First().Permitted().Healthy().Applied().Applied().Aborted();

        Assert.Collection(
            ((Stage.GoingBack)rollout.State.Stage).Plan.Steps,
            step => Assert.Null(Assert.IsType<UndoStep.RestoreTraffic>(step).Split.Baseline),
            step => Assert.IsType<UndoStep.RetireCandidate>(step));
    }

    [Fact]
    public void All_at_once_is_one_share_and_then_verified()
    {
        var rollout = First().Permitted().Healthy().Applied();
        var traffic = Assert.IsType<EffectAction.SetTraffic>(rollout.Pending!.Effect.Action);
        Assert.Equal(Weight.All, traffic.Split.CandidateWeight);

        rollout.Applied();
        Assert.Equal(Phase.Verifying, rollout.State.Phase);
        for (var minute = 0; minute < 2; minute++)
            rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(0, 100));
        Assert.Equal(Phase.Succeeded, rollout.State.Phase);
    }

    [Fact]
    public void It_is_not_verified_by_time_alone()
    {
        var rollout = First().Permitted().Healthy().Applied().Applied();

        Assert.Equal(Phase.Verifying, rollout.After(TimeSpan.FromHours(3)).State.Phase);
    }

    private static RolloutScenario First() => new(
        spec => spec with
        {
            Steps = [new Step.Deploy(), new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(2))],
        },
        baseline: null);
}
