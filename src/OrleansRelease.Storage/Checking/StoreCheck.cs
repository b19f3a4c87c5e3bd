using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Checking;

/// <summary>Reads the whole store once, in the order of its chains, in one snapshot.</summary>
internal static class StoreCheck
{
    private const string Everything =
        "SELECT kind, key, 0 AS part, seq, position, transition FROM log "
        + "UNION ALL SELECT kind, key, 1, seq, 0, payload FROM row ORDER BY kind, key, part, seq";

    public static async Task<CheckReport> RunAsync(Database database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await using var command = new Statement(Everything).On(connection);

        // As long as it takes: whoever asked can cancel it.
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var check = new ChainCheck();
        while (await reader.ReadAsync(cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            var (kind, key, sequence) = (reader.GetString(0), reader.GetString(1), reader.GetInt64(3));
            if (reader.GetInt32(2) == 0) check.Transition(kind, key, sequence, reader.GetInt64(4), reader.GetString(5));
            else check.Row(kind, key, sequence, reader.GetString(5));
        }

        return check.Finish();
    }
}
