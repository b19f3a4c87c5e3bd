using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenAHookEndsARollout
{
    private static readonly EffectLimits Once = new(TimeSpan.FromSeconds(5), 1, TimeSpan.FromSeconds(1));

    [Fact]
    public void A_command_that_comes_with_the_end_is_answered_as_after_it()
    {
        var hook = new HookSpec(
            "tell", new Uri("http://hooks/"), new SecretRef("KEY", null), Once, StoresFences: true, Undo: null);
        var rollout = new RolloutScenario(spec => spec with { Steps = spec.Steps.Insert(0, new Step.Hook(hook)) })
            .Permitted().Healthy().Unseen(Once.Timeout + EffectLimits.Grace);

        var refusal = rollout.Ask((actor, reason) => new RolloutInput.Abort(actor, reason));

        Assert.Equal("already-ended", refusal!.Code);
        Assert.Equal(Phase.RolledBack, rollout.After(TimeSpan.Zero).State.Phase);
    }
}
