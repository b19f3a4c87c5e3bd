using System.Data.Common;
using OrleansRelease.Contracts.Environments;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Durability;

/// <summary>One scenario, whatever fails in it: a good version becomes stable, then a bad one is taken back.</summary>
internal static class EndState
{
    public static async Task ReachAsync(TestServer server, World world, Harness.Rollouts rollouts, int number)
    {
        var slot = Harness.Rollouts.SlotOf(number);
        await rollouts.UntilAsync(await StartAsync(rollouts, slot, "1.0.0", 1), Phase.Succeeded);
        await rollouts.UntilAsync(await StartAsync(rollouts, slot, "bad-2", 2), Phase.RolledBack);
        await CheckAsync(server, world, rollouts, slot);
    }

    // Repeats the same command until it is answered, as a client does; it must not start a second rollout.
    private static async Task<RolloutId> StartAsync(
        Harness.Rollouts rollouts, SlotKey slot, string version, int expected)
    {
        var command = rollouts.Command($"{slot} {version}");
        var answer = await Eventually.IsAsync(
            $"{slot} starts {version}",
            async () =>
            {
                try
                {
                    return (await rollouts.TryStartAsync(slot, version, command)).Value();
                }
                catch (Exception e) when (e is OrleansException or DbException)
                {
                    return null;
                }
            },
            seen => seen is not null);
        Assert.Equal(new RolloutId(slot, expected), answer!.RolloutId);
        return answer.RolloutId;
    }

    private static async Task CheckAsync(TestServer server, World world, Harness.Rollouts rollouts, SlotKey slot)
    {
        var state = await Eventually.IsAsync(
            $"the lease of {slot} is free", () => rollouts.SlotStateAsync(slot), seen => seen.Holder is null);
        Assert.Equal("1.0.0", $"{state.Stable?.Version}");
        Assert.Equal(2, state.LastNumber);
        await Eventually.IsAsync(
            $"the permits of {slot.Environment} are back",
            async () => (await server.Grains.GetGrain<IEnvironmentGrain>($"{slot.Environment}").GetAsync(default))
                .Value().State,
            seen => seen.Holding.IsEmpty && seen.Waiting.IsEmpty);

        var spec = rollouts.Spec(slot, VersionName.From("1.0.0"));
        Assert.Equal(1, (await world.Target.ObserveAsync(spec, spec.Version, default)).Ready);
        Assert.Equal(0, (await world.Target.ObserveAsync(spec, VersionName.From("bad-2"), default)).Wanted);
        var view = await world.Traffic.ObserveAsync(spec, default);
        Assert.Equal(Weight.All, view!.Weights[spec.Version]);

        await Chain.CheckAsync(server, "slot", $"{slot}");
        await Chain.CheckAsync(server, "rollout", $"{slot}.1");
        await Chain.CheckAsync(server, "rollout", $"{slot}.2");
        await Chain.CheckAsync(server, "environment", $"{slot.Environment}");
    }
}
