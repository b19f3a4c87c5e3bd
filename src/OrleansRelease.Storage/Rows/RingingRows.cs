using Orleans.Storage;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Bells;

namespace OrleansRelease.Storage.Rows;

/// <summary>Rings when a write is durable. One of which nobody knows does not ring; it is found without.</summary>
internal sealed class RingingRows(IGrainStorage inner, Doorbell doorbell) : IGrainStorage, IDisposable
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // Before the write: the grain may change the record afterwards.
        var rings = (grainState.State as RowRecord)?.Columns?.Rings ?? [];
        await inner.WriteStateAsync(stateName, grainId, grainState);
        doorbell.Ring(rings);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, grainId, grainState);

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
