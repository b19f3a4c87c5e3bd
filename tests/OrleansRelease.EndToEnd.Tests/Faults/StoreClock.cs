using Npgsql;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// The store's clock, which can be set. Decisions go by <c>clock_timestamp()</c> of the database; this puts a function
/// of that name before PostgreSQL's own on the search path of the one database of this run, so that what asks the store
/// for its time gets it shifted, and neither the machine's clock nor the product is touched.
/// </summary>
internal sealed class StoreClock(string connection)
{
    private const string Script =
        """
        CREATE SCHEMA faults;
        CREATE TABLE faults.shift (ahead interval NOT NULL);
        INSERT INTO faults.shift VALUES ('0');
        CREATE FUNCTION faults.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
            'SELECT pg_catalog.clock_timestamp() + ahead FROM faults.shift';
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET search_path = public, faults, pg_catalog', current_database());
        END $$;
        """;

    public Task InstallAsync() => RunAsync(Script);

    public async Task SetAsync(TimeSpan ahead)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("UPDATE faults.shift SET ahead = @ahead");
        command.Parameters.AddWithValue("ahead", ahead);
        await command.ExecuteNonQueryAsync();
    }

    private async Task RunAsync(string script)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(script);
        await command.ExecuteNonQueryAsync();
    }
}
