using System.Data.Common;
using System.Reflection;

namespace OrleansRelease.Storage.Databases;

/// <summary>One of the two databases: how to reach it and the few texts in which they differ.</summary>
internal abstract class Database : IDisposable, IAsyncDisposable
{
    /// <summary>The longest that one statement may take, in seconds.</summary>
    public const int CommandTimeoutSeconds = 3;

    private readonly CancellationTokenSource _replaced = new();
    private StoreIdentity? _opened;
    private StoreIdentity? _found;

    protected Database() => Replaced = _replaced.Token;

    /// <summary>The name under which Orleans knows the ADO.NET driver.</summary>
    public abstract string Invariant { get; }

    public abstract string ConnectionString { get; }

    /// <summary>The folder of the schema's scripts.</summary>
    public abstract string Scripts { get; }

    /// <summary>A condition on <c>log</c>: no row that is committed later can get a lower position.</summary>
    public abstract string Followable { get; }

    /// <summary>The store's time in microseconds, as an expression.</summary>
    public abstract string Clock { get; }

    /// <summary>The time at which a clock that is opened on the store begins, as an expression.</summary>
    public abstract string Start { get; }

    /// <summary>What tells this database from a copy of it, as an expression; NULL where nothing does.</summary>
    public abstract string Place { get; }

    /// <summary>The same as builds before have noted it.</summary>
    public virtual string FormerPlace => Place;

    /// <summary>What makes a question wait for whoever changes the store, and keeps others from that.</summary>
    public virtual string ForShare => "";

    /// <summary>The same for whoever changes it.</summary>
    public virtual string ForUpdate => "";

    /// <summary>The first statement in the transaction of a script.</summary>
    public virtual string? BeforeScript => null;

    /// <summary>The store that was opened, on which all that is known here is built.</summary>
    public StoreIdentity Opened
    {
        get => _opened ?? throw new InvalidOperationException("the store is not open yet");
        set => _opened = value;
    }

    /// <summary>The one that was found in its place.</summary>
    public StoreIdentity Found => _found ?? Opened;

    /// <summary>Cancelled when it is another one than was opened: nothing is read or written any more.</summary>
    public CancellationToken Replaced { get; }

    protected bool IsOpened => _opened is not null;

    public DbConnection Open()
    {
        ThrowIfReplaced();
        return Connect();
    }

    public Task<DbConnection> OpenAsync(CancellationToken cancellation)
    {
        ThrowIfReplaced();
        return ConnectAsync(cancellation);
    }

    /// <summary>The store has said which it is.</summary>
    public void Meet(StoreIdentity found)
    {
        if (found == Opened || Replaced.IsCancellationRequested) return;
        _found = found;
        // Whoever hears of it does so elsewhere: here somebody waits for a connection.
        _ = _replaced.CancelAsync();
    }

    public void ThrowIfReplaced()
    {
        if (Replaced.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                "another store is where the one was that this server has opened: it reads and writes nothing any more");
        }
    }

    protected abstract DbConnection Connect();

    protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancellation);

    /// <summary>Runs a statement that changes something; answers when it is durable.</summary>
    public abstract Task<IReadOnlyList<T>> WriteAsync<T>(
        Statement statement, Func<DbDataReader, T> read, CancellationToken cancellation);

    /// <summary>
    /// Before the first script: what cannot be done inside a transaction, and keeping others out; what is waited for is
    /// said.
    /// </summary>
    public abstract void PrepareMigration(DbConnection connection, Action<string> say);

    /// <summary>Lets others in again. Not necessary where the connection is lost.</summary>
    public virtual void EndMigration(DbConnection connection)
    {
    }

    public abstract bool HasTable(DbConnection connection, string name);

    /// <summary>The schema is there and work begins.</summary>
    public abstract void Begin();

    public async Task<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<DbDataReader, T> read, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = statement.On(connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first column of the first row, on a connection of its own.</summary>
    public object? Scalar(string text)
    {
        using var connection = Open();
        return new Statement(text).Scalar(connection);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Dispose();
    }

    /// <summary>Waits for what is still being written.</summary>
    protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    protected virtual void Dispose(bool disposing) => _replaced.Dispose();

    public static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program was built without {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
