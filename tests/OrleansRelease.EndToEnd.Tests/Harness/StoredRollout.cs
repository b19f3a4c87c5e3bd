using Microsoft.Data.Sqlite;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>What a server that was killed had written of a rollout, as the next one will find it.</summary>
internal static class StoredRollout
{
    /// <summary>
    /// Read from a copy: whoever opens the store itself recovers it, and that is for the next server to do.
    /// </summary>
    public static async Task<RolloutState> ReadAsync(string folder, string rollout)
    {
        var copy = Directory.CreateTempSubdirectory("orel-stored-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "store.db*"))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            var connection = new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(copy, "store.db"),
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
            };
            await using var store = new SqliteConnection(connection.ConnectionString);
            await store.OpenAsync();
            await using var command = store.CreateCommand();
            command.CommandText = "SELECT payload FROM row WHERE kind = 'rollout' AND key = $key";
            command.Parameters.AddWithValue("$key", rollout);
            var payload = (string?)await command.ExecuteScalarAsync()
                ?? throw new InvalidOperationException($"{rollout} was acknowledged and is not in the store");
            return Vocabulary.Read<Row<RolloutState>>(payload).State
                ?? throw new InvalidOperationException($"{rollout} is in the store without a state");
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }
}
