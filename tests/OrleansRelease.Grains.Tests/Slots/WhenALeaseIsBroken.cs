using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Slots;

[Collection(ReleasesCollection.Name)]
public sealed class WhenALeaseIsBroken(Stores stores)
{
    private static readonly VersionName Two = VersionName.From("2.0.0");

    private static readonly SlotKey Slot = Harness.Rollouts.SlotOf(1);

    [Fact]
    public async Task Requests_stay_where_they_are_whoever_had_it_stops_and_a_person_accepts_that()
    {
        var world = new World();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) };
        var (holder, before) = await MovingAsync(server, rollouts);
        var waiting = await rollouts.StartAsync(Slot, "3.0.0");

        var other = await BreakAsync(rollouts, waiting);
        Assert.Equal(RefusalCodes.NotAsSeen, other.RefusalOrNull?.Code);
        Assert.Null((await BreakAsync(rollouts, holder)).Value().State.Holder);

        await StaysAndIsAcceptedAsync(rollouts, before, waiting);
        await rollouts.UntilAsync(holder, Phase.Superseded);
        Assert.IsType<Cause.LeftAsItIs>(
            Assert.IsType<Stage.Ended>((await rollouts.ViewAsync(holder))!.State.Stage).Cause);
    }

    /// <summary>It may be just why nobody can decide on the holder any more.</summary>
    [Fact]
    public async Task It_ends_also_where_the_specification_of_its_holder_cannot_be_read()
    {
        var (store, world, specs) = (await stores.NewAsync(), new World(), new TamperedSpecs());
        RolloutId holder;
        Weight before;
        await using (var server = await TestServer.StartAsync(store, world))
        {
            var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) };
            (holder, before) = await MovingAsync(server, rollouts);
            specs.Hash = (await rollouts.SlotStateAsync(Slot)).Holder!.Rollout.SpecHash;
        }

        specs.Instead = text => text[..^1];
        await using var upgraded = await TestServer.StartAsync(store, world, more: specs.Wrap);
        var again = new Harness.Rollouts(upgraded) { Pause = TimeSpan.FromHours(1), Keys = "upgraded" };
        var waiting = await again.StartAsync(Slot, "3.0.0");
        Assert.Null((await BreakAsync(again, holder)).Value().State.Holder);

        await StaysAndIsAcceptedAsync(again, before, waiting);
    }

    private static Task<Answer<SlotView>> BreakAsync(Harness.Rollouts rollouts, RolloutId holder) =>
        rollouts.Slot(Slot).BreakAsync(
            holder, rollouts.Command() with { Reason = "it does not come back" }, dryRun: false, default);

    private static async Task<(RolloutId Holder, Weight Share)> MovingAsync(
        TestServer server, Harness.Rollouts rollouts)
    {
        var quick = new Harness.Rollouts(server) { Keys = "quick" };
        await quick.UntilAsync(await quick.StartAsync(Slot, "1.0.0"), Phase.Succeeded);
        var holder = await rollouts.StartAsync(Slot, "2.0.0");
        var view = await Eventually.IsAsync(
            "it has some requests", () => rollouts.ViewAsync(holder),
            view => view is { State.Exposure: { Changing: false, FirstAt: not null } });
        return (holder, view!.State.Exposure.Confirmed);
    }

    private static async Task StaysAndIsAcceptedAsync(Harness.Rollouts rollouts, Weight share, RolloutId waiting)
    {
        var differs = await Eventually.IsAsync(
            "it was seen what is there", () => rollouts.SlotStateAsync(Slot),
            seen => seen.Restored is Restored.Differs);
        Assert.Equal((share, null), (((Restored.Differs)differs.Restored!).Seen.ShareOf(Two), differs.Broken!.Problem));
        Assert.Equal(differs.Generation, ((Restored.Differs)differs.Restored).Seen.Fence!.Value.Generation);
        Assert.Null(await rollouts.ViewAsync(waiting));

        (await rollouts.Slot(Slot).AcceptAsync(rollouts.Command(), dryRun: false, default)).Value();
        await rollouts.UntilAsync(waiting, Phase.Progressing);
    }
}
