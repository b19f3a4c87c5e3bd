using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Slots;

[Collection(ReleasesCollection.Name)]
public sealed class WhenASlotIsBusy(Stores stores) : IAsyncLifetime
{
    private readonly OneServer _one = new(stores);

    private Harness.Rollouts Rollouts => new(_one.Server) { Pause = TimeSpan.FromHours(1) };

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task The_next_one_waits_is_explained_and_begins_when_the_first_has_ended()
    {
        var (rollouts, slot) = (Rollouts, Harness.Rollouts.SlotOf(1));
        var first = await rollouts.StartAsync(slot, "1.0.0");
        await rollouts.UntilAsync(first, Phase.Progressing);
        var next = (await rollouts.TryStartAsync(slot, "2.0.0")).Value();
        Assert.Equal(new StartAnswer(new RolloutId(slot, 2), 1), next);

        var explained = (await rollouts.Grain(next.RolloutId).ExplainAsync(default)).Value();
        Assert.Equal(Phase.Pending, explained.Phase);
        Assert.Contains($"{first}", Assert.Single(explained.Because), StringComparison.Ordinal);

        await rollouts.Grain(first).AbortAsync(rollouts.Command(), dryRun: false, default);
        await rollouts.UntilAsync(next.RolloutId, Phase.Progressing);
        Assert.Equal(Phase.RolledBack, (await rollouts.ViewAsync(first))!.State.Phase);
    }

    [Fact]
    public async Task A_superseding_one_takes_the_first_back_and_goes()
    {
        var (rollouts, slot) = (Rollouts, Harness.Rollouts.SlotOf(2));
        var first = await rollouts.StartAsync(slot, "1.0.0");
        await rollouts.UntilAsync(first, Phase.Progressing);
        var waiting = await rollouts.StartAsync(slot, "2.0.0");
        var newest = await rollouts.StartAsync(slot, "3.0.0", WhenBusy.Supersede);

        await rollouts.UntilAsync(newest, Phase.Progressing);
        Assert.IsType<Cause.SupersededBy>(
            Assert.IsType<Stage.Ended>((await rollouts.ViewAsync(first))!.State.Stage).Cause);
        Assert.Contains(
            (await rollouts.SlotStateAsync(slot)).Recent, e => e.Id == waiting && e.End == SlotEnd.Superseded);
    }

    [Fact]
    public async Task One_that_is_asked_to_yield_before_it_has_begun_is_asked_again()
    {
        var (rollouts, slot) = (Rollouts, Harness.Rollouts.SlotOf(6));
        var (id, by) = (new RolloutId(slot, 1), new RolloutId(slot, 2));
        await Assert.ThrowsAsync<OrleansException>(() => rollouts.Grain(id).YieldAsync(by, default));

        Assert.Equal(id, await rollouts.StartAsync(slot, "1.0.0"));
        // Before anything has happened there is nothing to take back.
        await Eventually.IsAsync(
            "it has requests", async () => await rollouts.ViewAsync(id) is { State.Exposure.FirstAt: not null });
        await rollouts.Grain(id).YieldAsync(by, default);
        await rollouts.UntilAsync(id, Phase.RolledBack);
    }

    [Fact]
    public async Task A_modest_one_is_refused()
    {
        var (rollouts, slot) = (Rollouts, Harness.Rollouts.SlotOf(3));
        await rollouts.StartAsync(slot, "1.0.0");
        var answer = await rollouts.TryStartAsync(slot, "2.0.0", whenBusy: WhenBusy.Reject);
        Assert.Equal("slot-busy", answer.RefusalOrNull?.Code);
    }

    [Fact]
    public async Task One_that_waits_can_be_withdrawn()
    {
        var (rollouts, slot) = (Rollouts, Harness.Rollouts.SlotOf(4));
        await rollouts.StartAsync(slot, "1.0.0");
        var waiting = await rollouts.StartAsync(slot, "2.0.0");
        var view = (await rollouts.Slot(slot).WithdrawAsync(waiting, rollouts.Command(), false, default)).Value();
        Assert.Empty(view.State.Queue);
        var explained = await rollouts.Grain(waiting).ExplainAsync(default);
        Assert.Contains("Withdrawn", explained.RefusalOrNull?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_before_is_taken_down_when_its_time_is_over()
    {
        var slot = Harness.Rollouts.SlotOf(5);
        var rollouts = new Harness.Rollouts(_one.Server) { KeepPrevious = TimeSpan.FromMilliseconds(200) };
        await rollouts.UntilAsync(await rollouts.StartAsync(slot, "1.0.0"), Phase.Succeeded);
        await rollouts.UntilAsync(await rollouts.StartAsync(slot, "2.0.0"), Phase.Succeeded);

        var spec = rollouts.Spec(slot, VersionName.From("2.0.0"));
        await Eventually.IsAsync(
            "1.0.0 is gone",
            async () => (await _one.World.Target.ObserveAsync(spec, VersionName.From("1.0.0"), default)).Wanted,
            wanted => wanted == 0);
        Assert.Equal(1, (await _one.World.Target.ObserveAsync(spec, spec.Version, default)).Ready);
        var state = await Eventually.IsAsync(
            "nothing is left to take down", () => rollouts.SlotStateAsync(slot), seen => seen.Retirements.IsEmpty);
        Assert.Equal(3, state.Generation);
    }
}
