using System.Text.Json;
using OrleansRelease.Contracts.Doctor;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Storage;
using OrleansRelease.Storage.Formats;

namespace OrleansRelease.Grains.Tests.Restoring;

/// <summary>A backup of a store with a canary at half of the requests, in another folder.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenTheStoreIsRestored(Stores stores) : IAsyncLifetime
{
    private static readonly SlotKey Slot = Harness.Rollouts.SlotOf(1);

    private readonly World _world = new();
    private StorageOptions _original = null!;
    private StorageOptions _backup = null!;
    private RolloutId _canary;

    public async Task InitializeAsync()
    {
        (_original, _backup) = (await stores.NewAsync(), await stores.NewAsync());
        await using (var server = await TestServer.StartAsync(_original, _world))
        {
            var rollouts = Of(server);
            var first = new Harness.Rollouts(server);
            var established = await first.TryStartAsync(Slot, "1.0.0", first.Command("established"));
            await first.UntilAsync(established.Value().RolloutId, Phase.Succeeded);
            _canary = await rollouts.StartAsync(Slot, "2.0.0");
            await HalfwayAsync(rollouts);
        }

        foreach (var file in Directory.EnumerateFiles(_original.DataFolder!, "store.db*"))
            File.Copy(file, Path.Combine(_backup.DataFolder!, Path.GetFileName(file)));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task It_goes_on_by_itself_where_the_record_holds()
    {
        await using var server = await TestServer.StartAsync(_backup, _world);
        var rollouts = Of(server);
        Assert.Equal(2, server.Get<IStoreClock>().Epoch);

        await Eventually.IsAsync(
            "it was seen that the record holds", () => RowAsync(server),
            row => row is { Epoch: 2, State.Restored: null });
        Assert.Empty(Assert.Single(await ExamineAsync(server)).Differences);
        await PromoteAsync(rollouts);
        await rollouts.UntilAsync(_canary, Phase.Succeeded);
        Assert.Equal(2, _world.Traffic.Log[^1].Fence.Epoch);
    }

    [Fact]
    public async Task It_touches_nothing_where_the_world_has_gone_on_and_a_person_decides()
    {
        await using (var server = await TestServer.StartAsync(_original, _world))
        {
            var rollouts = Of(server);
            await PromoteAsync(rollouts);
            await rollouts.UntilAsync(_canary, Phase.Succeeded);
        }

        var before = _world.Traffic.Log.Length;
        await using var restored = await TestServer.StartAsync(_backup, _world);
        var after = Of(restored);
        await Eventually.IsAsync(
            "it was seen that the record is old", () => after.ViewAsync(_canary),
            view => view is { State.Restored: Restored.Differs });
        Assert.Contains(
            (await after.Grain(_canary).ExplainAsync(default)).Value().Because,
            reason => reason.StartsWith("requests go to 2.0.0 100 %", StringComparison.Ordinal));
        Assert.Contains(
            "requests go to 2.0.0 100 %", string.Join('\n', Assert.Single(await ExamineAsync(restored)).Differences));
        Assert.Equal(before, _world.Traffic.Log.Length);

        Assert.Null((await after.Grain(_canary).ResumeAsync(after.Command(), false, default)).RefusalOrNull);
        await HalfwayAsync(after);
        await PromoteAsync(after);
        await after.UntilAsync(_canary, Phase.Succeeded);
        Assert.All(_world.Traffic.Log[before..], call => Assert.Equal(2, call.Fence.Epoch));
        Assert.All(_world.Traffic.Log[before..], call => Assert.IsType<Outcome.Applied>(call.Outcome));
    }

    [Fact]
    public async Task A_silent_target_holds_up_neither_an_abort_nor_the_look_before_it()
    {
        var target = new Silent(_world.Target);
        _world.Instead = target;
        await using var server = await TestServer.StartAsync(_backup, _world);
        var rollouts = Of(server);
        var before = _world.Traffic.Log.Length;
        await Eventually.IsAsync(
            "a look has failed", () => rollouts.ViewAsync(_canary),
            view => view?.State.Restored is Restored.Unseen { Problem: not null });
        var explained = (await rollouts.Grain(_canary).ExplainAsync(default)).Value();
        Assert.Contains(explained.Because, why => why.StartsWith("target/memory/", StringComparison.Ordinal));
        Assert.Contains(explained.Moves, move => move.What == "abort");

        var aborted = await rollouts.Grain(_canary).AbortAsync(rollouts.Command(), dryRun: false, default);
        Assert.Null(aborted.RefusalOrNull);
        await Eventually.IsAsync(
            "the first step of the way back is done", () => rollouts.ViewAsync(_canary),
            view => view?.State is { Restored: Restored.Accepted, Stage: Stage.GoingBack { Done: > 0 } });
        // Without the addresses of its instances nobody can send requests to the old version.
        target.Speaks = true;
        await rollouts.UntilAsync(_canary, Phase.RolledBack);
        Assert.All(_world.Traffic.Log[before..], call => Assert.Equal(2, call.Fence.Epoch));
    }

    [Fact]
    public async Task Rows_are_written_in_the_stores_format()
    {
        var next = _backup with { Formats = new KnownFormats(1, 3) };
        await using (var server = await TestServer.StartAsync(next, _world))
            Assert.Equal(2, await FormatOfANewSlotAsync(server, 2));
        Store.FinalizeFormat(next, TimeProvider.System);
        await using (var server = await TestServer.StartAsync(next, _world))
            Assert.Equal(3, await FormatOfANewSlotAsync(server, 3));
    }

    private static Harness.Rollouts Of(TestServer server) => new(server) { Pause = TimeSpan.FromHours(1) };

    private async Task<Row<RolloutState>> RowAsync(TestServer server) => Vocabulary.Read<Row<RolloutState>>(
        (await server.Get<IRows>().GetAsync(Kinds.Rollout, $"{_canary}", default))!.Payload);

    private static async Task<IReadOnlyList<Core.Doctor.SlotReport>> ExamineAsync(TestServer server) =>
        await server.Grains.GetGrain<IDoctorGrain>(0).ExamineAsync([Slot], default);

    private static async Task<int> FormatOfANewSlotAsync(TestServer server, int number)
    {
        var rollouts = new Harness.Rollouts(server);
        await rollouts.StartAsync(Harness.Rollouts.SlotOf(number), "1.0.0");
        using var row = JsonDocument.Parse(await rollouts.SlotRowAsync(Harness.Rollouts.SlotOf(number)));
        return row.RootElement.GetProperty("schema").GetInt32();
    }

    private async Task HalfwayAsync(Harness.Rollouts rollouts) => await Eventually.IsAsync(
        "the canary pauses at half", () => rollouts.ViewAsync(_canary), view => view is
        {
            State: { Stage: Stage.Moving { Work: Work.Resting }, Restored: null or Restored.Accepted },
        } && view.State.Exposure.Confirmed == Weight.Percent(50));

    private async Task PromoteAsync(Harness.Rollouts rollouts) =>
        Assert.Null((await rollouts.Grain(_canary).PromoteAsync(rollouts.Command(), false, default)).RefusalOrNull);

    /// <summary>Does what it is told, and does not say how things are.</summary>
    private sealed class Silent(ITarget inner) : ITarget
    {
        public string Name => inner.Name;

        public bool Speaks { get; set; }

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) =>
            inner.DeployAsync(call, cancellation);

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            inner.RetireAsync(call, cancellation);

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            Speaks
                ? inner.ObserveAsync(spec, version, cancellation)
                : Task.FromException<VersionHealth>(new IOException("nobody answers"));
    }
}
