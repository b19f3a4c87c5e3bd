using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Formats;

namespace OrleansRelease.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    private static readonly KnownFormats NextBuild = new(RowFormat.Oldest, RowFormat.Newest + 1);

    [Fact]
    public async Task A_store_in_another_place_is_a_restored_one_and_all_that_acts_is_woken()
    {
        await Row("busy").WriteAsync(nextWake: GrainRow.Start.AddYears(9));
        await Row("over").WriteAsync(phase: "Succeeded");
        await Row("environment", "environment").WriteAsync();
        Assert.Equal(1, Store.Get<IStoreClock>().Epoch);
        await ExecuteAsync("UPDATE store SET place = 'elsewhere'");

        await ReopenAsync();
        var clock = Store.Get<IStoreClock>();
        Assert.Equal(2, clock.Epoch);
        var due = await DueAsync();
        Assert.Equal(["busy"], due.Select(row => row.Key));

        await ReopenAsync();
        Assert.Equal(2, Store.Get<IStoreClock>().Epoch);
    }

    [Fact]
    public async Task A_person_says_that_it_was_restored_when_nobody_works_on_it()
    {
        await Row("busy").WriteAsync();
        await CloseAsync();

        Assert.Equal(2, OrleansRelease.Storage.Store.Restored(Options, TimeProvider.System));
        Assert.Equal(3, OrleansRelease.Storage.Store.Restored(Options, TimeProvider.System));

        await ReopenAsync();
        Assert.Equal(3, Store.Get<IStoreClock>().Epoch);
        Assert.Equal(["busy"], (await DueAsync()).Select(row => row.Key));
    }

    [Fact]
    public async Task The_build_before_runs_on_the_store_until_it_is_finalized()
    {
        // Nobody ever finalized this one: it was written in the newest format from its first row on.
        Assert.Equal(2, Store.Get<IStoreFormat>().Write);
        await ReopenAsync(NextBuild);
        Assert.Equal((3, 2), (Store.Get<IStoreFormat>().Newest, Store.Get<IStoreFormat>().Write));
        await ReopenAsync();
        await CloseAsync();

        Assert.Equal(new Finalized(2, 2), OrleansRelease.Storage.Store.FinalizeFormat(Options, TimeProvider.System));
        var next = Options with { Formats = NextBuild };
        Assert.Equal(new Finalized(2, 3), OrleansRelease.Storage.Store.FinalizeFormat(next, TimeProvider.System));
        Assert.Equal(new Finalized(3, 3), OrleansRelease.Storage.Store.FinalizeFormat(next, TimeProvider.System));

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => ReopenAsync());
        Assert.Equal(
            "the store is written in format 3 since it was finalized, and this build knows formats up to 2: start the "
            + "newer build; nothing was changed", refused.Message);
        await ReopenAsync(NextBuild);
        Assert.Equal(3, Store.Get<IStoreFormat>().Write);
    }

    [Fact]
    public async Task A_server_that_runs_hears_that_the_store_was_finalized()
    {
        await ReopenAsync(NextBuild);
        var format = Store.Get<StoreFormat>();
        await ExecuteAsync("UPDATE store SET write_version = 3");
        Assert.Equal(2, format.Write);

        await format.AskAsync(default);
        Assert.Equal(3, format.Write);
    }

    [Fact]
    public async Task Scripts_of_a_newer_build_are_no_hindrance()
    {
        await ExecuteAsync("INSERT INTO schema_migration VALUES (999, '0999-future', 0)");

        Assert.Empty(OrleansRelease.Storage.Schema.Migration.Apply(Store.Get<Database>(), TimeProvider.System));
        await ReopenAsync();
        Assert.Empty((await OrleansRelease.Storage.Store.CheckAsync(Options, default)).Problems);
    }

    [Fact]
    public async Task The_report_names_what_is_wrong()
    {
        await Row("large").WriteAsync(note: new string('x', 40_000));
        await Row("late").WriteAsync(nextWake: GrainRow.Start.AddYears(-1));
        var wakes = Store.Get<IWakeIndex>();
        for (var i = 0; i < Shards.FailuresToQuarantine; i++)
            await wakes.RecordFailureAsync("slot", "sick", "it is ill", GrainRow.Start, default);

        var report = await Store.Get<ISystemReports>().ReportAsync(default);

        Assert.Equal((1L, 1L, 1L), (report.Quarantined, report.Overdue, report.LargeRows));
        Assert.Equal(("slot", "sick", "it is ill"), report.QuarantinedRows
            .Select(row => (row.Kind, row.Key, row.Error)).Single());
        Assert.Equal((1, 2, 2), (report.StoredEpoch, report.Format, report.NewestFormat));
        Assert.Equal(report.KnownSchema, report.Schema);
        Assert.Equal(3, Core.Doctor.SystemProblems.Of(report).Problems.Length);
    }

    private async Task<IReadOnlyList<DueRow>> DueAsync()
    {
        var (wakes, now) = (Store.Get<IWakeIndex>(), Store.Get<IStoreClock>().Now.AddSeconds(1));
        var due = new List<DueRow>();
        foreach (var shard in await wakes.DueShardsAsync(now, default))
            due.AddRange(await wakes.DueRowsAsync(shard, now, 100, default));
        return due;
    }

    private async Task CloseAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        _store = null;
    }

    private async Task ReopenAsync(KnownFormats? formats = null)
    {
        await CloseAsync();
        _store = await OpenStore.StartAsync(formats is null ? Options : Options with { Formats = formats });
    }
}
