using System.Data.Common;
using Npgsql;
using OrleansRelease.Storage.Exchanges;

namespace OrleansRelease.Storage.Databases;

/// <summary>A PostgreSQL database, shared by all processes of a cluster.</summary>
internal sealed class PostgreSql : Database
{
    // Any constant will do, as long as every build uses the same one.
    private const long MigrationLock = 0x6f72656c;

    // How often it is asked for. Together longer than any script should take.
    private const int MigrationAttempts = 600;

    private static readonly TimeSpan MigrationPause = TimeSpan.FromMilliseconds(200);

    private readonly NpgsqlDataSource _source;

    // For what is asked all the time. Nothing is left behind in these sessions, so nothing has to be wiped off before
    // each statement, which the server would do and count as one of its own.
    private readonly NpgsqlDataSource _plain;

    private readonly Lazy<PostgreSqlWriter> _writer;

    public PostgreSql(string connectionString, TimeProvider time)
    {
        ConnectionString = Bounded(connectionString);
        _source = SourceOf(new(ConnectionString));
        _plain = SourceOf(new(ConnectionString) { NoResetOnClose = true });
        _writer = new(() => new PostgreSqlWriter(ConnectionString, SourceOf, time));
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

    public PostgreSqlWriter Writer
    {
        get
        {
            ThrowIfReplaced();
            return _writer.Value;
        }
    }

    public override string Scripts => "PostgreSql";

    public override string Followable => "position < orel_horizon()";

    public override string Clock => "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    public override string Start => Clock;

    // Of the server and of the database on it. Only a copy of the whole server's files has both.
    public override string Place =>
        "(SELECT system_identifier FROM pg_control_system()) || '-' "
        + "|| (SELECT oid FROM pg_database WHERE datname = current_database())";

    protected override DbConnection Connect() => _source.OpenConnection();

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellation) =>
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
        var patience = (MigrationPause * MigrationAttempts).TotalSeconds;
        say($"another migrator is at work: waiting until it has ended, {patience:0} s at most");
        // Asked for again and again: a statement that waited for the lock would see the database as it was when it
        // began, and whoever holds the lock and makes an index concurrently waits for all that do.
        var pause = new Statement($"SELECT pg_sleep({MigrationPause.TotalSeconds:0.0})");
        for (var attempt = 0; attempt < MigrationAttempts; attempt++)
        {
            pause.Execute(connection);
            if (TakesLock(connection)) return;
        }

        throw new StoreUnavailableException(
            $"another migrator has been at work for more than {patience:0} s: nothing was changed; run migrate again "
            + "when it has ended");
    }

    // A connection that goes back to its pool keeps the lock.
    public override void EndMigration(DbConnection connection)
    {
        if (connection.State != System.Data.ConnectionState.Open) return;
        new Statement("SELECT pg_advisory_unlock(@lock)").With("lock", MigrationLock).Execute(connection);
    }

    private static bool TakesLock(DbConnection connection) =>
        (bool)new Statement("SELECT pg_try_advisory_lock(@lock)").With("lock", MigrationLock).Scalar(connection)!;

    public override bool HasTable(DbConnection connection, string name) =>
        (bool)new Statement("SELECT to_regclass(@name) IS NOT NULL").With("name", name).Scalar(connection)!;

    public override void Begin() => Scalar("SELECT orel_lift_positions()");

    protected override ValueTask EndAsync() =>
        _writer.IsValueCreated ? _writer.Value.DisposeAsync() : ValueTask.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        _plain.Dispose();
        base.Dispose(disposing);
    }

    // A database that is put in the place of this one ends all connections to it, so nobody is on the other one before
    // it was asked which it is.
    private NpgsqlDataSource SourceOf(NpgsqlConnectionStringBuilder connection)
    {
        var source = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        source.UsePhysicalConnectionInitializer(
            opened =>
            {
                if (IsOpened) Meet(StoreAnswer.On(this, opened).Identity);
                ThrowIfReplaced();
            },
            async opened =>
            {
                if (IsOpened) Meet((await StoreAnswer.OnAsync(this, opened, CancellationToken.None)).Identity);
                ThrowIfReplaced();
            });
        return source.Build();
    }
}
