using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Durability;

[Collection(ServersCollection.Name)]
public sealed class WhenARowIsPoisoned(Stores stores) : IAsyncLifetime
{
    private readonly OneServer _one = new(stores);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task It_is_quarantined_and_explained_and_its_neighbours_go_on()
    {
        var rollouts = new Harness.Rollouts(_one.Server);
        var id = new RolloutId(Harness.Rollouts.SlotOf(1), 1);
        const string Payload = """{"schema":1,"sequence":1,"outbox":"not a list"}""";
        await PlantAsync(id, Payload);

        var neighbour = await rollouts.StartAsync(Harness.Rollouts.SlotOf(2), "1.0.0");
        for (var i = 0; i < Shards.FailuresToQuarantine; i++) await rollouts.Grain(id).WakeAsync(1, default);
        await rollouts.UntilAsync(neighbour, Phase.Succeeded);

        var stored = (await _one.Server.Get<IRows>().GetAsync("rollout", $"{id}", default))!;
        Assert.NotNull(stored.Summary.QuarantinedAt);
        Assert.Equal(Payload, stored.Payload);
        Assert.Equal(
            RefusalCodes.Poisoned,
            (await rollouts.Grain(id).AbortAsync(rollouts.Command(), dryRun: false, default)).RefusalOrNull?.Code);

        var explained = (await rollouts.Grain(id).ExplainAsync(default)).Value();
        Assert.Contains(explained.Because, reason => reason.Contains("quarantined", StringComparison.Ordinal));
        Assert.Contains(explained.Moves, move => move.Command == $"orel rollout retry {id}");
        var clock = _one.Server.Get<IStoreClock>();
        var due = await _one.Server.Get<IWakeIndex>()
            .DueRowsAsync(Shards.Of("rollout", $"{id}"), clock.Now.AddDays(1), 500, default);
        Assert.DoesNotContain(due, row => row.Key == $"{id}");

        // A retry is what a person does after the cause is gone; here it is not, so nothing has happened.
        var retried = await rollouts.Grain(id).RetryAsync(rollouts.Command(), dryRun: false, default);
        stored = (await _one.Server.Get<IRows>().GetAsync("rollout", $"{id}", default))!;
        Assert.Equal(RefusalCodes.Poisoned, retried.RefusalOrNull?.Code);
        Assert.NotNull(stored.Summary.QuarantinedAt);
    }

    [Fact]
    public async Task A_row_of_a_newer_build_is_left_alone()
    {
        var rollouts = new Harness.Rollouts(_one.Server);
        var id = new RolloutId(Harness.Rollouts.SlotOf(3), 1);
        const string Payload = """{"schema":99,"sequence":1}""";
        await PlantAsync(id, Payload);

        await Assert.ThrowsAnyAsync<Exception>(() => rollouts.Grain(id).WakeAsync(1, default));
        await Assert.ThrowsAnyAsync<Exception>(
            () => rollouts.Grain(id).AbortAsync(rollouts.Command(), dryRun: false, default));

        var stored = (await _one.Server.Get<IRows>().GetAsync("rollout", $"{id}", default))!;
        Assert.Equal(0, stored.Summary.Failures);
        Assert.Equal(1, stored.Summary.Sequence);
        Assert.Equal(Payload, stored.Payload);
    }

    [Fact]
    public async Task A_rollout_whose_specification_is_missing_says_so()
    {
        var rollouts = new Harness.Rollouts(_one.Server);
        var slot = Harness.Rollouts.SlotOf(4);
        var id = await StartWithoutSpecAsync(rollouts, slot);
        await Eventually.IsAsync(
            "beginning it was tried", () => rollouts.SlotRowAsync(slot),
            seen => seen.Contains("is not in the store", StringComparison.Ordinal));
        var explained = await rollouts.Grain(id).ExplainAsync(default);
        Assert.Contains("could not begin", Assert.Single(explained.Value().Because), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_abort_is_named_only_while_it_is_certain_that_it_has_not_begun()
    {
        var rollouts = new Harness.Rollouts(_one.Server);
        var slot = Harness.Rollouts.SlotOf(5);
        var id = await StartWithoutSpecAsync(rollouts, slot);
        await Eventually.IsAsync(
            "an abort is a way forward", async () => (await rollouts.Grain(id).ExplainAsync(default)).Value(),
            explained => explained.Moves.Any(move => move.Command == $"orel rollout abort {id}"));

        // As after a server that died while it began the rollout.
        var row = Vocabulary.Read<Row<Core.Slots.SlotState>>(await rollouts.SlotRowAsync(slot));
        row = row with { Outbox = [.. row.Outbox.Select(entry => entry with { InDoubt = true })] };
        var explanation = ExplainQueued.Of(id, row, row.At)!;

        Assert.DoesNotContain(explanation.Moves, move => move.What == "abort");
        Assert.Equal("about-to-begin", Assert.Single(explanation.Refused).Code);
    }

    private static async Task<RolloutId> StartWithoutSpecAsync(Harness.Rollouts rollouts, SlotKey slot)
    {
        var order = new Core.Slots.StartOrder(
            slot, VersionName.From("1.0.0"), "sha256:nowhere", Core.Specs.WhenBusy.Queue, "start");
        return (await rollouts.Slot(slot).StartAsync(order, rollouts.Command(), false, default)).Value().RolloutId;
    }

    private Task PlantAsync(RolloutId id, string payload) => _one.PlantAsync(Kinds.Rollout, $"{id}", payload);
}
