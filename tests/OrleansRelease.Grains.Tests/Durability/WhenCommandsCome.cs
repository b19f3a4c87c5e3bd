using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Durability;

[Collection(ServersCollection.Name)]
public sealed class WhenCommandsCome(Stores stores) : IAsyncLifetime
{
    private readonly OneServer _one = new(stores);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task A_repeated_one_gets_the_same_answer_and_another_body_is_refused()
    {
        var rollouts = new Harness.Rollouts(_one.Server) { Pause = TimeSpan.FromHours(1) };
        var slot = Harness.Rollouts.SlotOf(1);
        var start = rollouts.Command();
        var first = (await rollouts.TryStartAsync(slot, "1.0.0", start)).Value();
        Assert.Equal(first, (await rollouts.TryStartAsync(slot, "1.0.0", start)).Value());
        Assert.Equal(RefusalCodes.KeyReused, (await rollouts.TryStartAsync(slot, "2.0.0", start)).RefusalOrNull?.Code);
        Assert.Equal(1, (await rollouts.SlotStateAsync(slot)).LastNumber);

        var grain = rollouts.Grain(first.RolloutId);
        await ReachPauseAsync(rollouts, first.RolloutId);
        var pause = rollouts.Command();
        var paused = (await grain.PauseAsync(pause, dryRun: false, default)).Value();
        var again = (await grain.PauseAsync(pause, dryRun: false, default)).Value();
        Assert.Equal(Phase.Paused, paused.State.Phase);
        Assert.Equal(Phase.Paused, again.State.Phase);
        Assert.Single(await PausesAsync(first.RolloutId));
        var other = await grain.ResumeAsync(pause, dryRun: false, default);
        Assert.Equal(RefusalCodes.KeyReused, other.RefusalOrNull?.Code);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_writes_nothing()
    {
        var rollouts = new Harness.Rollouts(_one.Server) { Pause = TimeSpan.FromHours(1) };
        var id = await rollouts.StartAsync(Harness.Rollouts.SlotOf(2), "1.0.0");
        await ReachPauseAsync(rollouts, id);
        var would = (await rollouts.Grain(id).AbortAsync(rollouts.Command(), dryRun: true, default)).Value();
        Assert.Equal(Phase.RollingBack, would.State.Phase);
        Assert.Equal(Phase.Progressing, (await rollouts.ViewAsync(id))!.State.Phase);
    }

    [Fact]
    public async Task Interleaved_ones_lose_nothing()
    {
        var rollouts = new Harness.Rollouts(_one.Server) { Pause = TimeSpan.FromHours(1) };
        var slot = Harness.Rollouts.SlotOf(3);
        const int Many = 30;
        var answers = await Task.WhenAll(
            Enumerable.Range(1, Many).Select(n => rollouts.TryStartAsync(slot, $"1.0.{n}")));
        Assert.Equal(
            Enumerable.Range(1, Many), answers.Select(a => a.Value().RolloutId.Number).Order());
        Assert.Equal(
            Enumerable.Range(0, Many), answers.Select(a => a.Value().QueuePlace).Order());
        var state = await rollouts.SlotStateAsync(slot);
        Assert.Equal(Many, state.LastNumber);
        Assert.Equal(Many - 1, state.Queue.Length);
        var log = await Chain.CheckAsync(_one.Server, "slot", $"{slot}");
        Assert.Equal(Many, log.Count(e => e.Transition.Contains("\"$type\":\"start\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_command_to_what_does_not_exist_is_refused_and_leaves_nothing()
    {
        var rollouts = new Harness.Rollouts(_one.Server);
        var id = new RolloutId(Harness.Rollouts.SlotOf(4), 7);
        var answer = await rollouts.Grain(id).AbortAsync(rollouts.Command(), dryRun: false, default);
        Assert.Equal(RefusalCodes.NotFound, answer.RefusalOrNull?.Code);
        Assert.Equal(RefusalCodes.NotFound, (await rollouts.Grain(id).ExplainAsync(default)).RefusalOrNull?.Code);
        Assert.Empty(await Chain.CheckAsync(_one.Server, "rollout", $"{id}"));
    }

    private async Task<IEnumerable<string>> PausesAsync(RolloutId id) =>
        (await Chain.CheckAsync(_one.Server, "rollout", $"{id}"))
        .Select(e => e.Transition).Where(t => t.Contains("\"$type\":\"pause\"", StringComparison.Ordinal));

    private static async Task ReachPauseAsync(Harness.Rollouts rollouts, RolloutId id) => await Eventually.IsAsync(
        $"{id} rests", () => rollouts.ViewAsync(id), seen => seen?.State.Stage is Stage.Moving { Work: Work.Resting });
}
