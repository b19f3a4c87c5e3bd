using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace OrleansRelease.Storage.Databases;

/// <summary>
/// The single writer of the embedded store. Whatever queues up while one transaction is being made durable goes into
/// the next one together; each caller has its own result, and none before the commit.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    public const int QueueCapacity = 4096;

    public const int MaxBatch = 256;

    // How long a write may wait for its turn; after that it is withdrawn, so it surely has not happened.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Database.CommandTimeoutSeconds);

    private readonly Channel<WriteJob> _queue =
        Channel.CreateBounded<WriteJob>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly Thread _thread;

    public SqliteWriter(SqliteConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
        Execute("PRAGMA synchronous = FULL");
        Execute($"PRAGMA busy_timeout = {Database.CommandTimeoutSeconds * 1000}");
        _thread = new Thread(Loop) { IsBackground = true, Name = "store writer" };
        _thread.Start();
    }

    /// <summary>Transactions made durable so far.</summary>
    public long Commits { get; private set; }

    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellation)
    {
        var job = new WriteJob<T>(work);
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _queue.Writer.WriteAsync(job, either.Token);
            return await job.Task.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Once taken it may be committed any moment: only its own end says whether it was.
            if (!job.TryTake()) return await job.Task;
            cancellation.ThrowIfCancellationRequested();
            throw new TimeoutException($"the store did not begin the write within {Patience}; nothing was written");
        }
    }

    public void Dispose()
    {
        if (!_queue.Writer.TryComplete()) return;
        _thread.Join();
        _connection.Dispose();
    }

    private void Loop()
    {
        var batch = new List<WriteJob>(MaxBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var job))
            {
                if (job.TryTake()) batch.Add(job);
            }

            if (batch.Count > 0) Commit(batch);
        }
    }

    private void Commit(List<WriteJob> batch)
    {
        try
        {
            Execute("BEGIN IMMEDIATE");
            foreach (var job in batch) Isolated(job);
            Execute("COMMIT");
            Commits++;
        }
        catch (SqliteException error)
        {
            Abandon();
            foreach (var job in batch) job.Fail(error);
            return;
        }

        foreach (var job in batch) job.Acknowledge();
    }

    // A savepoint each: what fails takes back its own part and its neighbours do not notice.
    private void Isolated(WriteJob job)
    {
        Execute("SAVEPOINT job");
        if (!job.Do(_connection)) Execute("ROLLBACK TO job");
        Execute("RELEASE job");
    }

    private void Abandon()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk and its like have ended the transaction already.
        }
    }

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
