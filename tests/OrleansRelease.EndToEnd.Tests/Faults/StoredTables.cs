using System.Data.Common;
using OrleansRelease.EndToEnd.Tests.Checking;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What is stored beside the log, read by the same words from either store.</summary>
internal static class StoredTables
{
    public static async Task<(IReadOnlyList<StoredRow> Rows, IReadOnlyDictionary<string, string> Specs)> ReadAsync(
        DbConnection connection)
    {
        var rows = await QueryAsync(
            connection, "SELECT kind, key, payload FROM row WHERE kind IN ('rollout', 'slot')",
            read => new StoredRow(read.GetString(0), read.GetString(1), read.GetString(2)));
        var specs = await QueryAsync(
            connection, "SELECT hash, text FROM spec", read => (Hash: read.GetString(0), Text: read.GetString(1)));
        return (rows, specs.ToDictionary(spec => spec.Hash, spec => spec.Text));
    }

    private static async Task<IReadOnlyList<T>> QueryAsync<T>(
        DbConnection connection, string query, Func<DbDataReader, T> read)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<T>();
        while (await reader.ReadAsync()) found.Add(read(reader));
        return found;
    }
}
