using OrleansRelease.Storage.Formats;

namespace OrleansRelease.Storage.Tests;

/// <summary>Servers of two builds on one PostgreSQL database.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WhenAnotherBuildIsThere(SharedPostgres postgres) : IAsyncLifetime
{
    private StorageOptions _store = null!;

    public async Task InitializeAsync()
    {
        _store = StorageOptions.PostgreSql(await postgres.Server.CreateDatabaseAsync());
        await Store.MigrateAsync(_store, TimeProvider.System);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Finalize_waits_for_the_last_server_of_the_older_one_and_names_it()
    {
        var next = _store with { Formats = new KnownFormats(1, 3) };
        await using var newer = await OpenStore.StartAsync(next with { Server = "newer-1" });
        var older = await OpenStore.StartAsync(_store with { Server = "older-1" });

        var refused = Assert.Throws<StoreUnavailableException>(() =>
            Store.FinalizeFormat(next, TimeProvider.System));
        Assert.Equal(
            "not finalized: older-1 (knows format 2) would not understand format 3: stop what runs an older build "
            + "first", refused.Message);

        await older.DisposeAsync();
        await Eventually.IsAsync("its connections have ended", () =>
        {
            try
            {
                return Task.FromResult(Store.FinalizeFormat(next, TimeProvider.System) == new Finalized(2, 3));
            }
            catch (StoreUnavailableException)
            {
                return Task.FromResult(false);
            }
        });
    }

    [Fact]
    public async Task A_restore_is_not_declared_while_a_server_is_there()
    {
        await using var server = await OpenStore.StartAsync(_store with { Server = "server-1" });

        var refused = Assert.Throws<StoreUnavailableException>(() => Store.Restored(_store, TimeProvider.System));
        Assert.StartsWith("server-1 may be working on the store", refused.Message, StringComparison.Ordinal);
    }
}
