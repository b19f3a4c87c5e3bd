using System.Data.Common;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Exchanges;

/// <summary>What a store says of itself in one statement: its time, how it is written, and which one it is.</summary>
internal sealed record StoreAnswer(long Micros, int Format, StoreIdentity Identity)
{
    public static StoreAnswer Of(Database database)
    {
        using var connection = database.Open();
        return On(database, connection);
    }

    public static async Task<StoreAnswer> OfAsync(Database database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await OnAsync(database, connection, cancellation);
    }

    public static StoreAnswer On(Database database, DbConnection connection)
    {
        using var command = Question(database).On(connection);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Read(reader) : throw Empty();
    }

    public static async Task<StoreAnswer> OnAsync(
        Database database, DbConnection connection, CancellationToken cancellation)
    {
        await using var command = Question(database).On(connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : throw Empty();
    }

    private static Statement Question(Database database) =>
        new($"SELECT {database.Clock}, write_version, store_id, epoch, {database.Place} FROM store");

    private static StoreAnswer Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt32(1),
        new(reader.GetString(2), reader.GetInt32(3), reader.IsDBNull(4) ? "" : reader.GetString(4)));

    // As while a backup is being read into it.
    private static StoreUnavailableException Empty() => new("the store is empty");
}
