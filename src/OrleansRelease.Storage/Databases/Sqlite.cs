using System.Data.Common;
using Microsoft.Data.Sqlite;
using OrleansRelease.Files;
using OrleansRelease.Storage.Folders;

namespace OrleansRelease.Storage.Databases;

/// <summary>The embedded store: one file in a folder that one process holds.</summary>
internal sealed class Sqlite : Database
{
    public const string FileName = "store.db";

    private readonly TimeProvider _time;
    private readonly string _file;
    private SqliteWriter? _writer;

    /// <summary>Without a lock the store may be read only.</summary>
    public Sqlite(string folder, HeldFolder? held, TimeProvider time)
    {
        Held = held;
        _time = time;
        _file = Path.Combine(folder, FileName);
        // Before anything else opens the file: closing it lets go of all locks that this process has on it.
        if (held is not null) FileNumber.OfNew(_file);
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _file,
            DefaultTimeout = CommandTimeoutSeconds,
            Mode = held is null ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate,
        }.ConnectionString;
    }

    public HeldFolder? Held { get; }

    public override string Invariant => "System.Data.SQLite";

    public override string ConnectionString { get; }

    public override string Scripts => "Sqlite";

    public override string Followable => "position IS NOT NULL";

    public override string Clock => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";

    // Looked up each time: a file that is put there under a running server is another one, too.
    public override string Place => Literal(Number?.ToString());

    public override string FormerPlace => Literal(Number?.Number);

    // The machine's clock may have been set back while nobody ran. Earlier than what is stored, every row would sleep
    // until the same time comes once more.
    public override string Start => $"max({Clock}, coalesce((SELECT max(updated_at) FROM row), 0))";

    public SqliteWriter Writer
    {
        get
        {
            ThrowIfReplaced();
            return _writer ?? throw new InvalidOperationException("the store is open for reading only");
        }
    }

    private FileNumber? Number => Held is null ? null : FileNumber.Of(_file);

    protected override DbConnection Connect()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    // The driver has no asynchronous way: a short statement on the caller's thread costs less than changing threads.
    protected override Task<DbConnection> ConnectAsync(CancellationToken cancellation) => Task.FromResult(Connect());

    public override Task<IReadOnlyList<T>> WriteAsync<T>(
        Statement statement, Func<DbDataReader, T> read, CancellationToken cancellation) =>
        Writer.RunAsync<IReadOnlyList<T>>(
            connection =>
            {
                using var command = statement.On(connection);
                using var reader = command.ExecuteReader();
                var rows = new List<T>();
                while (reader.Read()) rows.Add(read(reader));
                return rows;
            },
            cancellation);

    // Kept in the file. Readers then never wait for the writer, and a commit is one fsync.
    public override void PrepareMigration(DbConnection connection, Action<string> say) =>
        new Statement("PRAGMA journal_mode = WAL").Execute(connection);

    public override bool HasTable(DbConnection connection, string name) =>
        (long)new Statement("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @name")
            .With("name", name).Scalar(connection)! > 0;

    public override void Begin()
    {
        if (Held is not null) _writer = new SqliteWriter((SqliteConnection)Open(), _time);
    }

    protected override void Dispose(bool disposing)
    {
        _writer?.Dispose();
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);

        // Last: whoever gets the folder next must find nobody writing.
        Held?.Dispose();
        base.Dispose(disposing);
    }

    private static string Literal(string? text) => text is null ? "NULL" : $"'{text}'";
}
