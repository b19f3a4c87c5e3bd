using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Freezes;

[Collection(ServersCollection.Name)]
public sealed class WhenAFreezeCannotBeRead(Stores stores) : IAsyncLifetime
{
    private static readonly string[] Unreadable =
    [
        """{"schema":1,"sequence":1,"outbox":"not a list"}""",
        """[]""",
        """{"schema":1,"sequence":1,"outbox":[{"effect":{"action":{}}}]}""",
    ];

    private readonly OneServer _one = new(stores);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task It_holds_until_a_thaw_takes_it_away_and_its_record_goes_on()
    {
        var rollouts = new Harness.Rollouts(_one.Server);
        var slot = Harness.Rollouts.SlotOf(1);
        await PlantAsync(slot.Environment, Unreadable[0]);
        var waiting = await rollouts.StartAsync(slot, "1.0.0");
        await Eventually.IsAsync(
            "it waits for the end of that", () => rollouts.ViewAsync(waiting),
            view => view?.State.Freeze?.Freeze is not null);
        var freeze = Freezer(slot.Environment);
        for (var i = 0; i < Shards.FailuresToQuarantine; i++) await freeze.WakeAsync(1, default);

        Assert.Equal(FreezeOutcome.Thawed, await ThawAsync(slot.Environment, dryRun: true));
        Assert.True((await FreezesAsync()).ContainsKey(slot.Environment));
        Assert.Equal(FreezeOutcome.Thawed, await ThawAsync(slot.Environment));

        Assert.DoesNotContain(slot.Environment, await FreezesAsync());
        await rollouts.UntilAsync(waiting, Phase.Succeeded);
        var transitions = await Chain.CheckAsync(_one.Server, Kinds.Freeze, $"{slot.Environment}");
        Assert.True(transitions.Count > 1);
        var stored = await _one.Server.Get<IRows>().GetAsync(Kinds.Freeze, $"{slot.Environment}", default);
        Assert.Null(stored!.Summary.QuarantinedAt);
        Assert.Equal(FreezeOutcome.Unchanged, await ThawAsync(slot.Environment, key: "again"));
    }

    [Fact]
    public async Task Whatever_is_wrong_with_it_a_thaw_ends_it_and_a_freeze_replaces_it()
    {
        for (var i = 0; i < Unreadable.Length; i++)
        {
            var environment = EnvironmentName.From($"thawed-{i}");
            await PlantAsync(environment, Unreadable[i]);
            Assert.Equal(FreezeOutcome.Thawed, await ThawAsync(environment));
        }

        var frozen = EnvironmentName.From("frozen");
        await PlantAsync(frozen, Unreadable[0]);
        var answer = await Freezer(frozen)
            .FreezeAsync(TimeSpan.FromHours(1), Command("freeze"), dryRun: false, default);
        Assert.Equal(FreezeOutcome.Shortened, answer.Value().Outcome);
        Assert.Equal([answer.Value().Freeze], (await FreezesAsync()).Values);
    }

    private static Command Command(string key) => new(CommandId.From(key), ActorName.From("ana"), "it cannot be read");

    private IFreezeGrain Freezer(EnvironmentName environment) =>
        _one.Server.Grains.GetGrain<IFreezeGrain>($"{environment}");

    private async Task<FreezeOutcome> ThawAsync(
        EnvironmentName environment, bool dryRun = false, string key = "thaw") =>
        (await Freezer(environment).ThawAsync(Command(key), dryRun, default)).Value().Outcome;

    private Task<IReadOnlyDictionary<EnvironmentName, Freeze>> FreezesAsync() =>
        _one.Server.Get<IFreezes>().ReadAsync(default);

    private Task PlantAsync(EnvironmentName environment, string payload)
    {
        var now = _one.Server.Get<IStoreClock>().Now;
        return _one.Server.Rows.WriteStateAsync(
            Kinds.Freeze, GrainId.Create(Kinds.Freeze, $"{environment}"),
            new GrainState<RowRecord>(new RowRecord
            {
                Columns = new RowColumns(
                    Kinds.Freeze, $"{environment}", 1, now, FreezeDecider.Frozen, null, environment, null, null,
                    now.AddHours(1)),
                Payload = payload,
                Transition = """{"previous":""}""",
            }));
    }
}
