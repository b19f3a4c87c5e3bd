using System.Diagnostics;
using Microsoft.Data.Sqlite;
using OrleansRelease.Storage.Measuring;

namespace OrleansRelease.Storage.Databases;

/// <summary>One caller's part of a transaction.</summary>
internal abstract class WriteJob
{
    private int _taken;

    public ActivityContext Origin { get; } = CommitSpan.Origin;

    /// <summary>Either the writer takes it or its impatient caller takes it back; never both.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <summary>False when it failed: its caller will be told so, once the others are durable.</summary>
    public abstract bool Do(SqliteConnection connection);

    public abstract void Acknowledge();

    public abstract void Fail(Exception error);
}

internal sealed class WriteJob<T>(Func<SqliteConnection, T> work) : WriteJob
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _error;

    public Task<T> Task => _source.Task;

    public override bool Do(SqliteConnection connection)
    {
        try
        {
            _result = work(connection);
            return true;
        }
#pragma warning disable CA1031 // Whatever one caller's work throws belongs to that caller, not to the batch.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _error = error;
            return false;
        }
    }

    public override void Acknowledge()
    {
        if (_error is null) _source.TrySetResult(_result!);
        else _source.TrySetException(_error);
    }

    public override void Fail(Exception error) => _source.TrySetException(_error ?? error);
}
