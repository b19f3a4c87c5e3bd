using Npgsql;

namespace OrleansRelease.Storage.Tests.Streams;

/// <summary>What was not heard lies in the store, and so it is heard later and elsewhere too.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WhenListenersComeBack(SharedPostgres postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-bells-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_restart_they_hear_what_was_not_heard_and_nothing_that_was(bool shared)
    {
        var store = shared ? (await NewAsync()).Store : StorageOptions.Embedded(_folder);
        await using (var server = await ListeningServer.StartAsync(store, new Journal()))
        {
            var source = server.Of("source");
            await source.RingAndHearAsync("good");
            await source.RingAsync("throwing");
            await Eventually.IsAsync("it was tried", () => server.Journal.Calls.ContainsKey("throwing"));
        }

        // While nobody listens.
        await using (var silent = await OpenStore.StartAsync(store))
            await new GrainRow(silent.Storage, "meanwhile").WriteAsync(rings: [new(ListeningGrain.Kind, "later", 0)]);

        var now = new Journal();
        now.Release();
        await using var again = await ListeningServer.StartAsync(store, now);
        await Eventually.IsAsync(
            "both hear", () => now.Of("throwing").Count > 0 && now.Of("later").Count > 0);
        Assert.Equal(2, now.Of("throwing")[0].Bell.Sequence);
        await again.Of("next").RingAndHearAsync("good");
        Assert.Equal(["next"], now.Of("good").Select(one => one.Bell.SourceKey));
    }

    [Fact]
    public async Task On_a_copy_at_another_place_they_hear_what_came_with_it_and_what_is_written_there()
    {
        var (connection, store) = await NewAsync();
        await using (var original = await OpenStore.StartAsync(store))
            await new GrainRow(original.Storage, "old").WriteAsync(rings: [new(ListeningGrain.Kind, "one", 0)]);

        // As if the server that it was copied from had counted further than this one has.
        await ExecuteAsync(
            connection,
            "UPDATE log SET position = position + (1::bigint << 40); "
            + "UPDATE bell SET position = position + (1::bigint << 40)");
        var copy = await CopyAsync(connection);
        var journal = new Journal();
        await using var server = await ListeningServer.StartAsync(StorageOptions.PostgreSql(copy), journal);

        await server.Of("new").RingAndHearAsync("one");
        await Eventually.IsAsync(
            "what came with it is heard",
            () => journal.Of("one").Select(one => one.Bell.SourceKey).Order().SequenceEqual(["new", "old"]));
    }

    private async Task<(string Connection, StorageOptions Store)> NewAsync()
    {
        var connection = await postgres.Server.CreateDatabaseAsync();
        var store = StorageOptions.PostgreSql(connection);
        await Store.MigrateAsync(store, TimeProvider.System);
        return (connection, store);
    }

    private static async Task<string> CopyAsync(string connection)
    {
        var original = new NpgsqlConnectionStringBuilder(connection);
        var (from, to) = (original.Database, $"{original.Database}_copy");
        original.Database = "postgres";
        await ExecuteAsync(original.ConnectionString, $"CREATE DATABASE {to} TEMPLATE {from}");
        original.Database = to;
        return original.ConnectionString;
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection + ";Pooling=False");
        await open.OpenAsync();
        await using var command = open.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
