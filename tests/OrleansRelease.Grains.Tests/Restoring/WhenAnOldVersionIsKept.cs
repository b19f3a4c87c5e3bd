using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Restoring;

/// <summary>In a restored store, where whatever runs may be more than is on record.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenAnOldVersionIsKept(Stores stores)
{
    private static readonly SlotKey Slot = Harness.Rollouts.SlotOf(1);

    private readonly World _world = new();

    [Fact]
    public async Task It_is_still_there_when_a_rollout_back_to_it_was_aborted_before_it_began()
    {
        var (original, backup) = (await stores.NewAsync(), await stores.NewAsync());
        await using (var server = await TestServer.StartAsync(original, _world))
        {
            var before = new Harness.Rollouts(server);
            await before.UntilAsync(await before.StartAsync(Slot, "1.0.0"), Phase.Succeeded);
            await before.UntilAsync(await before.StartAsync(Slot, "2.0.0"), Phase.Succeeded);
        }

        foreach (var file in Directory.EnumerateFiles(original.DataFolder!, "store.db*"))
            File.Copy(file, Path.Combine(backup.DataFolder!, Path.GetFileName(file)));
        await using var restored = await TestServer.StartAsync(backup, _world);
        var rollouts = new Harness.Rollouts(restored);
        Assert.Equal(2, restored.Get<IStoreClock>().Epoch);
        // So that it was looked at, and nothing was done yet.
        var freeze = rollouts.Command("freeze") with { Reason = "to look" };
        (await restored.Grains.GetGrain<IFreezeGrain>($"{Slot.Environment}")
            .FreezeAsync(TimeSpan.FromHours(1), freeze, dryRun: false, default)).Value();
        var back = (await rollouts.TryStartAsync(Slot, "1.0.0", rollouts.Command("back"))).Value().RolloutId;
        await Eventually.IsAsync(
            "it waits at its first step", () => rollouts.ViewAsync(back),
            view => view?.State is { Work: Work.Gated, Freeze: not null });

        var aborted = await rollouts.Grain(back).AbortAsync(rollouts.Command("abort"), dryRun: false, default);
        Assert.Null(aborted.RefusalOrNull);
        await rollouts.UntilAsync(back, Phase.Cancelled);
        var old = VersionName.From("1.0.0");
        Assert.Equal(1, (await _world.Target.ObserveAsync(rollouts.Spec(Slot, old), old, default)).Ready);
        await Eventually.IsAsync(
            "it is to be taken down at its time", () => rollouts.SlotStateAsync(Slot),
            slot => slot.Retirements.Any(one => one.Version == old && one.At > restored.Get<IStoreClock>().Now));
    }
}
