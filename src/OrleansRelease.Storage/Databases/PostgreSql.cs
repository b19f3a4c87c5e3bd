using System.Data.Common;
using Npgsql;

namespace OrleansRelease.Storage.Databases;

/// <summary>A PostgreSQL database, shared by all processes of a cluster.</summary>
internal sealed class PostgreSql : Database
{
    // Any constant will do, as long as every build uses the same one.
    private const long MigrationLock = 0x6f72656c;

    // Longer than any script should take.
    private static readonly TimeSpan MigrationPatience = TimeSpan.FromMinutes(2);

    private readonly NpgsqlDataSource _source;

    // For what is asked all the time. Nothing is left behind in these sessions, so nothing has to be wiped off before
    // each statement, which the server would do and count as one of its own.
    private readonly NpgsqlDataSource _plain;

    private readonly Lazy<PostgreSqlWriter> _writer;

    public PostgreSql(string connectionString, TimeProvider time)
    {
        ConnectionString = Bounded(connectionString);
        _source = NpgsqlDataSource.Create(ConnectionString);
        _plain = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(ConnectionString) { NoResetOnClose = true });
        _writer = new(() => new PostgreSqlWriter(ConnectionString, time));
    }

    /// <summary>The same database, where nothing is waited for longer than a statement may take.</summary>
    public static string Bounded(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString)
            {
                CommandTimeout = CommandTimeoutSeconds,
                Timeout = CommandTimeoutSeconds,
            };
            return string.IsNullOrEmpty(builder.Host)
                ? throw new ArgumentException("there is no host")
                : builder.ConnectionString;
        }
        catch (ArgumentException error)
        {
            // What was given is not shown, nor what the driver says of it: a piece of it may be a password.
            throw new StoreUnavailableException(
                "what is given as the PostgreSQL database is not a connection string; "
                + "one looks like 'Host=db;Port=5432;Database=orel;Username=orel;Password=...'", error);
        }
    }

    /// <summary>The same database, where connections are called like this: it is how servers see one another.</summary>
    public static string Named(string connectionString, string name) =>
        new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = name }.ConnectionString;

    public override string Invariant => "Npgsql";

    public override string ConnectionString { get; }

    public PostgreSqlWriter Writer => _writer.Value;

    public override string Scripts => "PostgreSql";

    public override string Followable => "position < orel_horizon()";

    public override string Clock => "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    public override string Start => Clock;

    // Of the server and of the database on it. Only a copy of the whole server's files has both.
    public override string Place =>
        "(SELECT system_identifier FROM pg_control_system()) || '-' "
        + "|| (SELECT oid FROM pg_database WHERE datname = current_database())";

    public override DbConnection Open() => _source.OpenConnection();

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellation) =>
        await _plain.OpenConnectionAsync(cancellation);

    public override Task<IReadOnlyList<T>> WriteAsync<T>(
        Statement statement, Func<DbDataReader, T> read, CancellationToken cancellation) =>
        QueryAsync(statement, read, cancellation);

    public override string ForShare => " FOR SHARE";

    public override string ForUpdate => " FOR UPDATE";

    // Who wants a table for itself keeps all others waiting behind it: for a moment only, then they go first.
    public override string BeforeScript => "SET LOCAL lock_timeout = '500ms'";

    // Held until the connection is closed. Two that migrate at once would both apply the same script.
    public override void PrepareMigration(DbConnection connection, Action<string> say)
    {
        if (TakesLock(connection)) return;
        say($"another migrator is at work: waiting until it has ended, {MigrationPatience.TotalSeconds:0} s at most");
        using var set = new Statement(
            $"SET lock_timeout = {MigrationPatience.TotalMilliseconds:0}").On(connection);
        set.ExecuteNonQuery();
        using var wait = new Statement("SELECT pg_advisory_lock(@lock)").With("lock", MigrationLock).On(connection);
        wait.CommandTimeout = 0;
        try
        {
            wait.ExecuteNonQuery();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreUnavailableException(
                $"another migrator has been at work for more than {MigrationPatience.TotalSeconds:0} s: nothing was "
                + "changed; run migrate again when it has ended", error);
        }

        using var reset = new Statement("RESET lock_timeout").On(connection);
        reset.ExecuteNonQuery();
    }

    // A connection that goes back to its pool keeps the lock.
    public override void EndMigration(DbConnection connection)
    {
        if (connection.State != System.Data.ConnectionState.Open) return;
        using var command = new Statement("SELECT pg_advisory_unlock(@lock)")
            .With("lock", MigrationLock).On(connection);
        command.ExecuteNonQuery();
    }

    private static bool TakesLock(DbConnection connection)
    {
        using var command = new Statement("SELECT pg_try_advisory_lock(@lock)")
            .With("lock", MigrationLock).On(connection);
        return (bool)command.ExecuteScalar()!;
    }

    public override bool HasTable(DbConnection connection, string name)
    {
        using var command = new Statement("SELECT to_regclass(@name) IS NOT NULL").With("name", name).On(connection);
        return (bool)command.ExecuteScalar()!;
    }

    public override void Begin() => Scalar("SELECT orel_lift_positions()");

    protected override ValueTask EndAsync() =>
        _writer.IsValueCreated ? _writer.Value.DisposeAsync() : ValueTask.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        _plain.Dispose();
    }
}
