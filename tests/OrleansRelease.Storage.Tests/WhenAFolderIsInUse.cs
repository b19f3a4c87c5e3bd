using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests;

public sealed class WhenAFolderIsInUse : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_second_start_is_refused_and_told_who_has_it()
    {
        await using var first = await OpenStore.StartAsync(
            StorageOptions.Embedded(_folder) with { Url = "http://127.0.0.1:7411" });

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => OpenStore.StartAsync(StorageOptions.Embedded(_folder)));

        Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:7411", refused.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"since {first.Get<TimeProvider>().GetUtcNow():yyyy-MM-dd}", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Store.MigrateAsync(StorageOptions.Embedded(_folder), TimeProvider.System));
    }

    [Fact]
    public async Task An_address_that_became_known_later_is_told_too()
    {
        await using var first = await OpenStore.StartAsync(StorageOptions.Embedded(_folder));
        Store.Announce(first.Get<IServiceProvider>(), "http://127.0.0.1:40123");

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => OpenStore.StartAsync(StorageOptions.Embedded(_folder)));
        Assert.Contains("http://127.0.0.1:40123", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_free_again_when_the_first_has_stopped()
    {
        await using (var first = await OpenStore.StartAsync(StorageOptions.Embedded(_folder)))
            await new GrainRow(first.Storage, "kept").WriteAsync();

        await using var second = await OpenStore.StartAsync(StorageOptions.Embedded(_folder));
        Assert.Equal(1, (await new GrainRow(second.Storage, "kept").ReadAsync()).Sequence);
    }

    [Fact]
    public async Task A_check_beside_the_running_store_is_allowed()
    {
        await using var running = await OpenStore.StartAsync(StorageOptions.Embedded(_folder));
        await new GrainRow(running.Storage, "seen").WriteAsync();

        var report = await Store.CheckAsync(StorageOptions.Embedded(_folder), default);
        Assert.Equal((1, 1, 0), (report.Rows, report.Transitions, report.ProblemCount));
    }

    [Fact]
    public async Task A_check_of_a_folder_without_a_store_says_so()
    {
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Store.CheckAsync(StorageOptions.Embedded(_folder), default));
        Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Whatever_it_commits_is_on_the_disk()
    {
        await using var store = await OpenStore.StartAsync(StorageOptions.Embedded(_folder));
        var database = store.Get<Database>();

        Assert.Equal("wal", database.Scalar("PRAGMA journal_mode"));
        Assert.Equal(2L, database.Scalar("PRAGMA synchronous"));
    }

    [Fact]
    public async Task Either_writer_goes_on_where_the_other_stopped()
    {
        for (var round = 1; round <= 4; round++)
        {
            var writer = round % 2 == 0 ? StorageWriter.AdoNet : StorageWriter.GroupCommit;
            var options = StorageOptions.Embedded(_folder) with { Writer = writer };
            await using var store = await OpenStore.StartAsync(options);
            var row = await new GrainRow(store.Storage, "handed-over").ReadAsync();
            Assert.Equal(round - 1, row.Sequence);
            await row.WriteAsync($"by {writer}");
        }

        Assert.True((await Store.CheckAsync(StorageOptions.Embedded(_folder), default)).IsClean);
    }
}
