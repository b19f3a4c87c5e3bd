using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Rollouts;

[Collection(ServersCollection.Name)]
public sealed class WhenARolloutRuns(Stores stores)
{
    private static readonly Uri Hooks = new("http://hooks/");

    private static readonly EffectLimits Limits = new(TimeSpan.FromSeconds(5), 3, TimeSpan.FromMilliseconds(100));

    private static readonly Step Migrate = new Step.Hook(new(
        "migrate", Hooks, new SecretRef("KEY", null), Limits, StoresFences: true, new HookUndo(Hooks, Limits)));

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task A_good_version_becomes_stable_and_a_bad_one_is_taken_back(StoreKind kind)
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(kind), world);
        var rollouts = new Harness.Rollouts(server) { First = [Migrate] };
        var slot = Harness.Rollouts.SlotOf(1);

        await rollouts.UntilAsync(await rollouts.StartAsync(slot, "1.0.0"), Phase.Succeeded);
        var bad = await rollouts.StartAsync(slot, "bad-2");
        await rollouts.UntilAsync(bad, Phase.RolledBack);

        // What it last had stays in its state; what it has is nothing.
        var view = (await rollouts.ViewAsync(bad))!;
        Assert.Equal((Phase.RolledBack, Weight.None), (view.Phase, view.Share));
        Assert.NotEqual(Weight.None, view.State.Exposure.Confirmed);
        var state = await Eventually.IsAsync(
            "the lease is free", () => rollouts.SlotStateAsync(slot), seen => seen.Holder is null);
        Assert.Equal("1.0.0", $"{state.Stable?.Version}");
        var last = world.Traffic.Log[^1];
        Assert.Equal(Weight.None, last.Split.CandidateWeight);
        Assert.Equal("1.0.0", $"{last.Split.Baseline}");
        Assert.IsType<Outcome.Applied>(last.Outcome);
        Assert.Equal<string>(["run migrate", "run migrate", "undo migrate"], world.Hooks.Done);
    }
}
