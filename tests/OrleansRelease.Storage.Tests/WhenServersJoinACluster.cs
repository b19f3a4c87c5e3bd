using Npgsql;

namespace OrleansRelease.Storage.Tests;

/// <summary>The statements behind the list of members: of two that judge one another, only one is heard.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WhenServersJoinACluster(SharedPostgres postgres) : IAsyncLifetime
{
    private const int Active = 3;

    private const int Dead = 6;

    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        var connection = await postgres.Server.CreateDatabaseAsync();
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        _database = NpgsqlDataSource.Create(connection);
        Assert.True(await AskAsync("InsertMembershipVersionKey"));
        Assert.False(await AskAsync("InsertMembershipVersionKey"));
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Only_one_of_many_that_come_at_once_is_taken_in_on_one_version_of_the_list()
    {
        var taken = await Task.WhenAll(Enumerable.Range(1, 8).Select(port => InsertAsync(version: 0, port)));

        Assert.Single(taken, isTaken => isTaken);
        Assert.Equal((1L, 1L), await CountAsync());
    }

    [Fact]
    public async Task A_member_is_changed_only_on_the_newest_list()
    {
        Assert.True(await InsertAsync(version: 0, port: 1));
        Assert.True(await InsertAsync(version: 1, port: 2));

        Assert.False(await UpdateAsync(version: 1, port: 1, Dead));
        Assert.True(await UpdateAsync(version: 2, port: 1, Dead));
        Assert.False(await UpdateAsync(version: 2, port: 2, Dead));

        Assert.Equal((3L, 2L), await CountAsync());
    }

    [Fact]
    public async Task One_that_is_there_already_or_is_not_there_changes_nothing()
    {
        Assert.True(await InsertAsync(version: 0, port: 1));

        Assert.False(await InsertAsync(version: 1, port: 1));
        Assert.False(await UpdateAsync(version: 1, port: 9, Active));

        Assert.Equal((1L, 1L), await CountAsync());
    }

    private Task<bool> InsertAsync(int version, int port) => AskAsync(
        "InsertMembershipKey", ("Version", version), ("Port", port), ("SiloName", "one"), ("HostName", "here"),
        ("Status", Active), ("ProxyPort", 1), ("StartTime", DateTime.UtcNow), ("IAmAliveTime", DateTime.UtcNow));

    private Task<bool> UpdateAsync(int version, int port, int status) => AskAsync(
        "UpdateMembershipKey", ("Version", version), ("Port", port), ("Status", status), ("SuspectTimes", DBNull.Value),
        ("IAmAliveTime", DateTime.UtcNow));

    private async Task<bool> AskAsync(string key, params (string Name, object Value)[] parameters)
    {
        await using var find = _database.CreateCommand("SELECT querytext FROM orleansquery WHERE querykey = @key");
        find.Parameters.AddWithValue("key", key);
        await using var ask = _database.CreateCommand((string)(await find.ExecuteScalarAsync())!);
        ask.Parameters.AddWithValue("DeploymentId", "cluster");
        ask.Parameters.AddWithValue("Address", "127.0.0.1");
        ask.Parameters.AddWithValue("Generation", 7);
        foreach (var (name, value) in parameters) ask.Parameters.AddWithValue(name, value);
        return (bool)(await ask.ExecuteScalarAsync())!;
    }

    private async Task<(long Version, long Members)> CountAsync()
    {
        await using var count = _database.CreateCommand(
            "SELECT (SELECT version FROM member_list)::bigint, (SELECT count(*) FROM member)");
        await using var reader = await count.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
