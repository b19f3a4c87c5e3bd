using System.Diagnostics;
using System.Threading.Channels;
using Npgsql;
using OrleansRelease.Storage.Measuring;

namespace OrleansRelease.Storage.Databases;

/// <summary>
/// Writes what comes from many at once in few statements. While one commit is made durable the next batch gathers, so
/// batches grow with the load and nobody waits for others when there are none. Each caller has its own result.
/// </summary>
internal sealed class PostgreSqlWriter : IAsyncDisposable
{
    public const int QueueCapacity = 4096;

    /// <summary>
    /// Two batches of this size are on their way at once. Larger ones carry no more in a second, and those behind them
    /// wait longer.
    /// </summary>
    public const int MaxBatch = 128;

    /// <summary>
    /// Two: one commits while the other one's statement runs. More would make the batches smaller, and each costs a
    /// commit of its own.
    /// </summary>
    private const int Lanes = 2;

    /// <summary>
    /// How long a statement waits for a row that somebody else holds. Then the server refuses it, which is certain, and
    /// each of the batch is tried alone: less than what a command may take, after which nobody would know.
    /// </summary>
    private const string LockTimeout = "2s";

    /// <summary>
    /// How long a write may wait for its turn; after that it is withdrawn, so it surely has not happened.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Database.CommandTimeoutSeconds);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly Channel<Job> _queue = Channel.CreateBounded<Job>(QueueCapacity);
    private readonly Task _lanes;
    private long _commits;

    public PostgreSqlWriter(
        string connectionString, Func<NpgsqlConnectionStringBuilder, NpgsqlDataSource> source, TimeProvider time)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        // What is said already stays: it may name the schema.
        builder.Options = $"{builder.Options} -c lock_timeout={LockTimeout}".TrimStart();
        _source = source(builder);
        _time = time;
        _lanes = Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(LoopAsync)));
    }

    /// <summary>Statements made durable so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>
    /// The sequence that was written, null when the etag was stale. An exception of the server says that nothing was
    /// written, any other that nobody knows.
    /// </summary>
    public async Task<int?> WriteAsync(RowWrite write)
    {
        var job = new Job(write);
        var asked = _time.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience, _time);
        try
        {
            await _queue.Writer.WriteAsync(job, patience.Token);
            var sequence = await job.Task.WaitAsync(patience.Token);
            StoreInstruments.OnWritten(_time.GetElapsedTime(asked));
            return sequence;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // Once taken it may be committed any moment: only its own end says whether it was.
            if (!job.TryTake()) return await job.Task;
            throw new TimeoutException($"the store did not begin the write within {Patience}; nothing was written");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // What is queued is still written: its callers wait for it.
        _queue.Writer.TryComplete();
        await _lanes;
        await _source.DisposeAsync();
    }

    private async Task LoopAsync()
    {
        // It began with whatever was written first, and must not go on in the trace of that.
        Activity.Current = null;
        var batch = new Dictionary<(string, string), Job>(MaxBatch);
        var later = new Queue<Job>();
        while (later.Count > 0 || await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            // One row cannot be changed twice by one statement: its second write waits for the next.
            for (var waiting = later.Count; waiting > 0; waiting--) Gather(later.Dequeue(), batch, later);
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var job))
            {
                if (job.TryTake()) Gather(job, batch, later);
            }

            if (batch.Count > 0) await CommitAsync([.. batch.Values]);
        }
    }

    private static void Gather(Job job, Dictionary<(string, string), Job> batch, Queue<Job> later)
    {
        if (!batch.TryAdd((job.Write.Columns.Kind, job.Write.Columns.Key), job)) later.Enqueue(job);
    }

    private async Task CommitAsync(Job[] batch)
    {
        using var span = CommitSpan.Start(batch.Select(job => job.Origin), batch.Length);
        var begun = _time.GetTimestamp();
        try
        {
            var written = await ExecuteAsync(batch);
            StoreInstruments.OnCommit(batch.Length, _time.GetElapsedTime(begun));
            Interlocked.Increment(ref _commits);
            for (var i = 0; i < batch.Length; i++)
                batch[i].End(written.TryGetValue(i + 1, out var sequence) ? sequence : null);
        }
        catch (PostgresException) when (batch.Length > 1)
        {
            // The server took all of it back for the sake of one, or met another server's batch half-way.
            foreach (var job in batch) await CommitAsync([job]);
        }
#pragma warning disable CA1031 // Whatever it was, it is these callers' answer, and the lane goes on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            span?.SetStatus(ActivityStatusCode.Error);
            foreach (var job in batch) job.Fail(error);
        }
    }

    private async Task<Dictionary<long, int>> ExecuteAsync(Job[] batch)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        RowWrite.Give(command, [.. batch.Select(job => job.Write)]);
        await command.PrepareAsync();
        await using var reader = await command.ExecuteReaderAsync();
        var written = new Dictionary<long, int>();
        while (await reader.ReadAsync()) written[reader.GetInt64(0)] = reader.GetInt32(1);
        return written;
    }

    private sealed class Job(RowWrite write)
    {
        private readonly TaskCompletionSource<int?> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _taken;

        public RowWrite Write => write;

        public ActivityContext Origin { get; } = CommitSpan.Origin;

        public Task<int?> Task => _source.Task;

        /// <summary>Either a lane takes it or its impatient caller takes it back; never both.</summary>
        public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

        public void End(int? sequence) => _source.TrySetResult(sequence);

        public void Fail(Exception error) => _source.TrySetException(error);
    }
}
