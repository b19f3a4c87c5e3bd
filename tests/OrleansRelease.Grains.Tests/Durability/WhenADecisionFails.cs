using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Durability;

[Collection(ServersCollection.Name)]
public sealed class WhenADecisionFails(Stores stores) : IAsyncLifetime
{
    private readonly OneServer _one = new(stores);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task It_is_counted_beside_the_row_and_a_decision_that_can_be_made_makes_it_well()
    {
        var note = Note("a");
        Assert.Equal("5", await note.WriteAsync("hello", "1", default));
        for (var failures = 1; failures <= 2; failures++)
        {
            Assert.Equal(RefusalCodes.Poisoned, await note.WriteAsync(NoteDecider.Undecidable, null, default));
            var row = (await RowAsync("a"))!;
            Assert.Equal(failures, row.Summary.Failures);
            Assert.Contains("nobody thought of this", row.Summary.LastError, StringComparison.Ordinal);
            Assert.Equal(1, row.Summary.Sequence);
        }

        Assert.Equal("hello", await note.ReadAsync(default));
        Assert.Equal("3", await note.WriteAsync("bye", "2", default));
        Assert.Equal(0, (await RowAsync("a"))!.Summary.Failures);
        await Chain.CheckAsync(_one.Server, NoteGrain.Name, "a");
    }

    [Fact]
    public async Task A_person_has_its_failures_forgotten()
    {
        var note = Note("d");
        await note.WriteAsync("hello", "1", default);
        for (var i = 0; i < Shards.FailuresToQuarantine; i++)
            await note.WriteAsync(NoteDecider.Undecidable, null, default);
        Assert.NotNull((await RowAsync("d"))!.Summary.QuarantinedAt);
        var command = new Harness.Rollouts(_one.Server).Command();
        Assert.Null(await note.LiftQuarantineAsync(command, dryRun: true, default));
        Assert.NotNull((await RowAsync("d"))!.Summary.QuarantinedAt);

        Assert.Null(await note.LiftQuarantineAsync(command, dryRun: false, default));

        Assert.Null((await RowAsync("d"))!.Summary.QuarantinedAt);
        var entries = await Chain.CheckAsync(_one.Server, NoteGrain.Name, "d");
        Assert.Contains($"{command.Id}", entries[^1].Transition, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_they_are_forgotten_is_carried_out_once_for_each_command()
    {
        var note = Note("e");
        await note.WriteAsync("hello", "1", default);
        await note.WriteAsync(NoteDecider.Undecidable, null, default);
        var people = new Harness.Rollouts(_one.Server);
        var command = people.Command();
        Assert.Null(await note.LiftQuarantineAsync(command, dryRun: false, default));
        var sequence = (await RowAsync("e"))!.Summary.Sequence;
        await note.WriteAsync(NoteDecider.Undecidable, null, default);

        Assert.Null(await note.LiftQuarantineAsync(command, dryRun: false, default));

        Assert.Equal((1, sequence), ((await RowAsync("e"))!.Summary.Failures, (await RowAsync("e"))!.Summary.Sequence));
        Assert.Null(await note.LiftQuarantineAsync(people.Command(), dryRun: false, default));
        Assert.Equal(
            RefusalCodes.NotFailed,
            (await note.LiftQuarantineAsync(people.Command(), dryRun: false, default))?.Code);
    }

    [Fact]
    public async Task They_are_forgotten_by_the_very_write_that_puts_it_on_record()
    {
        await using var server = await TestServer.StartAsync(
            await stores.NewAsync(), new World(), more: WakesThatForgetNothing.Wrap);
        var note = server.Grains.GetGrain<INoteGrain>("g");
        await note.WriteAsync("hello", "1", default);
        await note.WriteAsync(NoteDecider.Undecidable, null, default);
        var command = new Harness.Rollouts(server).Command();

        Assert.Null(await note.LiftQuarantineAsync(command, dryRun: false, default));

        Assert.Equal(0, (await server.Get<IRows>().GetAsync(NoteGrain.Name, "g", default))!.Summary.Failures);
        var entries = await Chain.CheckAsync(server, NoteGrain.Name, "g");
        Assert.Contains($"{command.Id}", entries[^1].Transition, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_would_be_too_large_is_refused_unless_it_is_a_way_back()
    {
        var note = Note("b");
        var large = new string('x', RowLimits.MaxBytes);
        Assert.Equal("5", await note.WriteAsync("small", "1", default));
        Assert.Equal(RefusalCodes.StateTooLarge, await note.WriteAsync(large, "2", default));
        Assert.Equal(0, (await RowAsync("b"))!.Summary.Failures);
        Assert.Equal("small", await note.ReadAsync(default));

        // Without a command nobody hears the refusal, so it is counted as a failure of the row.
        Assert.Equal(RefusalCodes.StateTooLarge, await note.WriteAsync(large, null, default));
        Assert.Equal(1, (await RowAsync("b"))!.Summary.Failures);
        Assert.Equal($"{RowLimits.MaxBytes + 4}", await note.WriteAsync("back" + large, "3", default));
    }

    [Fact]
    public async Task What_changes_nothing_writes_nothing()
    {
        var note = Note("c");
        await note.WriteAsync("", "1", default);
        Assert.Null(await RowAsync("c"));
        await note.WriteAsync("hello", "2", default);
        await note.WriteAsync("", null, default);
        await note.WakeAsync(1, default);
        Assert.Single(await Chain.CheckAsync(_one.Server, NoteGrain.Name, "c"));
    }

    [Fact]
    public async Task A_command_that_changes_nothing_is_remembered_all_the_same()
    {
        var note = Note("f");
        await note.WriteAsync("hello", "1", default);
        await note.WriteAsync("", "2", default);
        await note.WriteAsync("", "2", default);
        Assert.Equal(2, (await Chain.CheckAsync(_one.Server, NoteGrain.Name, "f")).Count);
    }

    private INoteGrain Note(string key) => _one.Server.Grains.GetGrain<INoteGrain>(key);

    private Task<StoredRow?> RowAsync(string key) =>
        _one.Server.Get<IRows>().GetAsync(NoteGrain.Name, key, default);

    /// <summary>As when the server dies before a second write.</summary>
    private sealed class WakesThatForgetNothing(IWakeIndex inner) : IWakeIndex
    {
        public static void Wrap(IServiceCollection services)
        {
            var real = services.Last(service => service.ServiceType == typeof(IWakeIndex));
            services.Remove(real);
            services.AddSingleton<IWakeIndex>(provider =>
                new WakesThatForgetNothing(
                    (IWakeIndex)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
        }

        public Task<IReadOnlyList<int>> DueShardsAsync(DateTimeOffset now, CancellationToken cancellation) =>
            inner.DueShardsAsync(now, cancellation);

        public Task<IReadOnlyList<DueRow>> DueRowsAsync(
            int shard, DateTimeOffset now, int limit, CancellationToken cancellation) =>
            inner.DueRowsAsync(shard, now, limit, cancellation);

        public Task<RowFailure> RecordFailureAsync(
            string kind, string key, string error, DateTimeOffset now, CancellationToken cancellation) =>
            inner.RecordFailureAsync(kind, key, error, now, cancellation);

        public Task ClearFailuresAsync(string kind, string key, CancellationToken cancellation) =>
            throw new IOException("the server died before this");
    }
}
