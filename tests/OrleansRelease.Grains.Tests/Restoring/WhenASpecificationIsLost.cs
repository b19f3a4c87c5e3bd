using OrleansRelease.Contracts;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Restoring;

/// <summary>A backup of a store with one stable version, whose specification is not as it was.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenASpecificationIsLost(Stores stores)
{
    private static readonly SlotKey Slot = Harness.Rollouts.SlotOf(1);

    private readonly AdvancedClock _clock = new();

    private readonly TamperedSpecs _specs = new();

    [Fact]
    public async Task A_slot_says_why_it_cannot_be_looked_at_and_waits_before_it_is_tried_again()
    {
        // Before it starts: slots are looked at as soon as it is there.
        _specs.Instead = _ => null;
        await using var server = await RestoredAsync();
        var rollouts = new Harness.Rollouts(server);
        var waiting = await rollouts.StartAsync(Slot, "2.0.0");

        await ExplainedAsync(rollouts, waiting, "is not in the store");
        var row = (await server.Get<IRows>().GetAsync(Kinds.Slot, $"{Slot}", default))!.Summary;
        Assert.Equal(row.UpdatedAt + Restored.LookAgainAfter, row.NextWake);

        _specs.Instead = text => text[..^1];
        _clock.Advance(Restored.LookAgainAfter);
        await ExplainedAsync(rollouts, waiting, "cannot be read");

        _specs.Instead = null;
        _clock.Advance(Restored.LookAgainAfter);
        await rollouts.UntilAsync(waiting, Phase.Progressing, Phase.Verifying, Phase.Succeeded);
    }

    private static Task<Answer<Explanation>> ExplainedAsync(Harness.Rollouts rollouts, RolloutId rollout, string why) =>
        Eventually.IsAsync(
            $"it is explained: {why}", () => rollouts.Grain(rollout).ExplainAsync(default),
            answer => answer is Answer<Explanation>.Accepted { Value: { } explained }
                && explained.Because.Any(line => line.Contains(why, StringComparison.Ordinal)));

    private async Task<TestServer> RestoredAsync()
    {
        var (original, backup, world) = (await stores.NewAsync(), await stores.NewAsync(), new World());
        await using (var server = await TestServer.StartAsync(original, world))
        {
            var rollouts = new Harness.Rollouts(server);
            var established = await rollouts.TryStartAsync(Slot, "1.0.0", rollouts.Command("established"));
            await rollouts.UntilAsync(established.Value().RolloutId, Phase.Succeeded);
            await Eventually.IsAsync(
                "it is stable", () => rollouts.SlotStateAsync(Slot),
                slot => slot is { Stable: not null, Holder: null });
            _specs.Hash = (await rollouts.SlotStateAsync(Slot)).Stable!.SpecHash;
        }

        foreach (var file in Directory.EnumerateFiles(original.DataFolder!, "store.db*"))
            File.Copy(file, Path.Combine(backup.DataFolder!, Path.GetFileName(file)));
        return await TestServer.StartAsync(backup, world, more: services =>
        {
            _clock.Put(services);
            _specs.Wrap(services);
        });
    }
}
