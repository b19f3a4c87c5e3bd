using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using OrleansRelease.Storage.Measuring;

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

    // The queue is bounded by its places, for which callers wait without holding a thread; the writer has its own,
    // because its driver blocks while the disk works.
    private readonly BlockingCollection<WriteJob> _queue = [];
    private readonly SemaphoreSlim _places = new(QueueCapacity);
    // A command keeps its statement prepared: a handful of texts, run for every write.
    private readonly Dictionary<string, SqliteCommand> _prepared = [];
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private bool _disposed;

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
        var asked = _time.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _places.WaitAsync(either.Token);

            // No token from here on: a job that fell out between its place and the queue would keep the place for good.
            _queue.Add(job, CancellationToken.None);
            var result = await job.Task.WaitAsync(either.Token);
            StoreInstruments.OnWritten(_time.GetElapsedTime(asked));
            return result;
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
        if (_disposed) return;
        _disposed = true;

        // What is queued is still written: its callers wait for it.
        _queue.CompleteAdding();
        _thread.Join();
        foreach (var command in _prepared.Values) command.Dispose();
        _connection.Dispose();
        _queue.Dispose();
        _places.Dispose();
    }

    private void Loop()
    {
        // The thread began in the context of whoever opened the store.
        Activity.Current = null;
        var batch = new List<WriteJob>(MaxBatch);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Clear();
            Take(batch, first);
            while (batch.Count < MaxBatch && _queue.TryTake(out var next)) Take(batch, next);
            if (batch.Count > 0) Commit(batch);
        }
    }

    private void Take(List<WriteJob> batch, WriteJob job)
    {
        _places.Release();
        if (job.TryTake()) batch.Add(job);
    }

    private void Commit(List<WriteJob> batch)
    {
        using var span = CommitSpan.Start(batch.Select(job => job.Origin), batch.Count);
        var begun = _time.GetTimestamp();
        try
        {
            Execute("BEGIN IMMEDIATE");
            foreach (var job in batch) Isolated(job);
            Execute("COMMIT");
            Commits++;
            StoreInstruments.OnCommit(batch.Count, _time.GetElapsedTime(begun));
        }
        catch (SqliteException error)
        {
            Abandon();
            span?.SetStatus(ActivityStatusCode.Error);
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
        if (!_prepared.TryGetValue(text, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = text;
            _prepared.Add(text, command);
        }

        command.ExecuteNonQuery();
    }
}
