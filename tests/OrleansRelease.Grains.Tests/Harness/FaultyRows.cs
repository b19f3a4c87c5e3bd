using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansRelease.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

internal enum WriteFault
{
    /// <summary>It throws and stores nothing.</summary>
    Before,

    /// <summary>It stores, then throws.</summary>
    After,

    /// <summary>It stores, then says that somebody else was faster.</summary>
    AfterAsConflict,

    /// <summary>It stores, then throws, and the read that follows throws too.</summary>
    AfterThenBlind,
}

/// <summary>The real storage, with faults on demand.</summary>
internal sealed class FaultyRows(IGrainStorage inner, NthFaults faults) : IGrainStorage
{
    private readonly ConcurrentDictionary<GrainId, bool> _blind = new();

    public static void Wrap(IServiceCollection services, NthFaults faults)
    {
        var rows = services.Last(
            s => s.ServiceType == typeof(IGrainStorage) && Equals(s.ServiceKey, StorageNames.Rows));
        services.Remove(rows);
        services.AddKeyedSingleton<IGrainStorage>(StorageNames.Rows, (provider, key) =>
            new FaultyRows((IGrainStorage)rows.KeyedImplementationFactory!(provider, key), faults));
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_blind.TryRemove(grainId, out _)) throw new IOException("the store does not answer");
        await inner.ReadStateAsync(stateName, grainId, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var fault = (WriteFault?)faults.Next(grainId.Key.ToString()!, Doing.Write);
        if (fault == WriteFault.Before) throw new IOException("the store does not answer");
        var etag = grainState.ETag;
        await inner.WriteStateAsync(stateName, grainId, grainState);
        if (fault is null) return;
        if (fault == WriteFault.AfterThenBlind) _blind[grainId] = true;
        grainState.ETag = etag;
        throw fault == WriteFault.AfterAsConflict
            ? new InconsistentStateException("somebody else was faster")
            : new IOException("the answer of the store was lost");
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, grainId, grainState);
}
