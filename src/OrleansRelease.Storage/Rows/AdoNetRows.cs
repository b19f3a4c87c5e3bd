using Orleans.Storage;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Rows;

/// <summary>Orleans' own provider with our statements; this only sees to names and sequences.</summary>
internal sealed class AdoNetRows(IGrainStorage inner) : IGrainStorage
{
    /// <summary>The name of the inner provider.</summary>
    public const string Inner = StorageNames.Rows + ".adonet";

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ReadStateAsync(stateName, RowIdentity.Textual(grainId), grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.State is RowRecord record) RowIdentity.Check(stateName, grainId, record, grainState.ETag);
        return inner.WriteStateAsync(stateName, RowIdentity.Textual(grainId), grainState);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("rows are not cleared: what happened to them stays on record");
}
