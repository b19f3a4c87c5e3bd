using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    private static readonly ActorName Ana = ActorName.From("ana");

    [Fact]
    public async Task A_freeze_is_found_as_soon_as_it_is_written_and_a_thawed_one_is_not()
    {
        var (staging, production) = (EnvironmentName.From("staging"), EnvironmentName.From("production"));
        Assert.Empty(await FreezesAsync());

        var row = await FreezeAsync(Row<FreezeState>.Empty, new FreezeInput.Begin(
            production, TimeSpan.FromHours(2), Ana, "incident \"4711\" \u0000 ü"));
        var stage = await FreezeAsync(Row<FreezeState>.Empty, new FreezeInput.Begin(
            staging, TimeSpan.FromMinutes(1), Ana, "a minute"));

        var found = await FreezesAsync();
        Assert.Equal(row.State!.Freeze, found[production]);
        Assert.Equal(stage.State!.Freeze, found[staging]);
        await FreezeAsync(row, new FreezeInput.Thaw(production, Ana, "over"));
        Assert.Equal([staging], (await FreezesAsync()).Keys);
    }

    [Fact]
    public async Task What_cannot_be_read_counts_as_frozen_and_not_for_ever()
    {
        await Row("production", Kinds.Freeze).WriteAsync(phase: FreezeDecider.Frozen, service: null, at: Noon);
        await Row("No Name", Kinds.Freeze).WriteAsync(phase: FreezeDecider.Frozen, service: null, at: Noon);

        var freeze = (await FreezesAsync())[EnvironmentName.From("production")];

        Assert.Equal(Noon + FreezeLimits.Longest, freeze.Until);
        Assert.Contains("cannot be read", freeze.Reason, StringComparison.Ordinal);
        Assert.Equal(
            new UnreadableFreeze(EnvironmentName.From("production"), freeze.Until),
            Assert.Single((await Store.Get<ISystemReports>().ReportAsync(default)).UnreadableFreezes!));
    }

    private Task<IReadOnlyDictionary<EnvironmentName, Freeze>> FreezesAsync() =>
        Store.Get<IFreezes>().ReadAsync(default);

    private async Task<Row<FreezeState>> FreezeAsync(Row<FreezeState> before, FreezeInput input)
    {
        var command = new Command(CommandId.From($"key-{before.Sequence}"), Ana);
        var written = Assert.IsType<StepResult<FreezeState>.Written>(
            new FreezeDecider().Step(before, input, command, epoch: 1, Noon));
        var environment = written.Row.State!.Environment;
        var held = new GrainState<RowRecord>(new RowRecord());
        var id = GrainId.Create(Kinds.Freeze, $"{environment}");
        await Store.Storage.ReadStateAsync(Kinds.Freeze, id, held);
        held.State = new RowRecord
        {
            Columns = new RowColumns(
                Kinds.Freeze, $"{environment}", written.Row.Sequence, written.Row.At, written.Facts.Phase, null,
                environment, null, null, written.Row.NextWake),
            Payload = Core.Json.Vocabulary.Write(written.Row),
            Transition = written.Transition,
        };
        await Store.Storage.WriteStateAsync(Kinds.Freeze, id, held);
        return written.Row;
    }
}
