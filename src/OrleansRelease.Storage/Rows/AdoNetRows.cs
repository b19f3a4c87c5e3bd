using Orleans.Storage;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Rows;

/// <summary>Orleans' own provider with our statements; this only sees to names, sequences and turns.</summary>
internal sealed class AdoNetRows(IGrainStorage inner, Database database) : IGrainStorage, IDisposable
{
    /// <summary>The name of the inner provider.</summary>
    public const string Inner = StorageNames.Rows + ".adonet";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Database.CommandTimeoutSeconds);

    // SQLite knows no queue: whoever meets a writer sleeps and tries again, and the unlucky one runs out of time.
    private readonly SemaphoreSlim? _turn = database is Sqlite ? new(1) : null;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // The provider has connections of its own.
        database.ThrowIfReplaced();
        return inner.ReadStateAsync(stateName, RowIdentity.Textual(grainId), grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        database.ThrowIfReplaced();
        if (grainState.State is RowRecord record) RowIdentity.Check(stateName, grainId, record, grainState.ETag);
        if (_turn is not null && !await _turn.WaitAsync(Patience))
            throw new TimeoutException($"no turn to write within {Patience}; nothing was written");
        try
        {
            await inner.WriteStateAsync(stateName, RowIdentity.Textual(grainId), grainState);
        }
        finally
        {
            _turn?.Release();
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("rows are not cleared: what happened to them stays on record");

    public void Dispose() => _turn?.Dispose();
}
