using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests;

/// <summary>As on a standby, or for a role that may not write.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WhenAStoreMayOnlyBeRead(SharedPostgres postgres)
{
    [Fact]
    public async Task Its_history_is_checked_and_what_is_missing_is_listed()
    {
        var connection = await postgres.Server.CreateDatabaseAsync();
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        var readable = StorageOptions.PostgreSql(connection + ";Options=-c default_transaction_read_only=on");
        using (var database = new PostgreSql(readable.ConnectionString!, TimeProvider.System))
            Assert.Equal("on", database.Scalar("SHOW transaction_read_only"));

        Assert.Empty(Store.Missing(readable));
        Assert.Empty((await Store.CheckAsync(readable, default)).Problems);
    }
}
