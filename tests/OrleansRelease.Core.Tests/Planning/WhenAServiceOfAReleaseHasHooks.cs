using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Planning;

public sealed class WhenAServiceOfAReleaseHasHooks
{
    private static readonly EffectLimits Once = new(TimeSpan.FromSeconds(20), 1, TimeSpan.FromSeconds(1));

    private static readonly UndoLimits Limits = ReleaseBound.LimitsOf(RolloutScenario.Plain with
    {
        Steps =
        [
            Hook("migrate"), new Step.Deploy(), Hook("fill"), new Step.SetWeight(Weight.All), Hook("warm"),
            Hook("tell", isUndone: false), new Step.Verify(TimeSpan.FromMinutes(2)),
        ],
    });

    [Fact]
    public void Each_is_undone_in_its_place_and_no_longer_than_is_said()
    {
        var cart = Back(Limits).Steps.Single(step => $"{step.Service}" == "cart");

        Assert.Equal<string>(
            [
                "undo hook warm", "1.9.0 checked", "traffic to 1.9.0", "undo hook fill", "retire 1.9.1",
                "undo hook migrate",
            ],
            cart.Steps);
        Assert.Equal(cart.Steps.Length, cart.Limits!.Value.Length);
        Assert.Equal(cart.AtMost, cart.Limits.Value.Aggregate((sum, step) => sum + step));
        Assert.Equal(Limits.All, cart.AtMost);
        Assert.Equal(
            TimeSpan.FromSeconds(3 * 20), cart.AtMost - Back(Limits with { Hooks = null }).Steps[^2].AtMost);
    }

    private static PlannedRollback Back(UndoLimits limits)
    {
        var spec = ((Core.Manifests.PassageResolution.Resolved)Shop.Resolved()).Spec;
        return PlannedRollback.OfAll(
            spec with { Services = [.. spec.Services.Select(entry => entry with { Undo = limits })] },
            spec.Services.ToDictionary(
                entry => entry.Service,
                entry => VersionName.Parse(Shop.Running.GetValueOrDefault($"{entry.Service}"))),
            "sha256:4f1c09aa", Shop.Now);
    }

    private static Step.Hook Hook(string name, bool isUndone = true)
    {
        var url = new Uri("http://hooks/");
        return new(new(
            name, url, new SecretRef("KEY", null), Once, StoresFences: true,
            isUndone ? new HookUndo(url, Once) : null));
    }
}
