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

/// <summary>Which write of which rows fails, and how. Rows are told apart by the number in their keys.</summary>
internal sealed class StorageFaults(Func<int, (int Write, WriteFault Fault)?> plan)
{
    private readonly ConcurrentDictionary<int, int> _writes = new();
    private readonly ConcurrentDictionary<int, bool> _blind = new();
    private readonly ConcurrentBag<int> _hit = [];

    /// <summary>The numbers whose fault has happened.</summary>
    public IEnumerable<int> Hit => _hit;

    public WriteFault? NextWrite(GrainId grain)
    {
        if (NumberOf(grain) is not { } number) return null;
        var write = _writes.AddOrUpdate(number, 1, (_, before) => before + 1);
        if (plan(number) is not { } fault || fault.Write != write) return null;
        _hit.Add(number);
        if (fault.Fault == WriteFault.AfterThenBlind) _blind[number] = true;
        return fault.Fault;
    }

    public bool IsBlind(GrainId grain) => NumberOf(grain) is { } number && _blind.TryRemove(number, out _);

    // "service-7.env-7.1", "service-7.env-7" and "env-7" all belong to number 7.
    private static int? NumberOf(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        var digits = new string([.. key.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, out var number) ? number : null;
    }
}

/// <summary>The real storage, with faults on demand.</summary>
internal sealed class FaultyRows(IGrainStorage inner, StorageFaults faults) : IGrainStorage
{
    public static void Wrap(IServiceCollection services, StorageFaults faults)
    {
        var rows = services.Last(
            s => s.ServiceType == typeof(IGrainStorage) && Equals(s.ServiceKey, StorageNames.Rows));
        services.Remove(rows);
        services.AddKeyedSingleton<IGrainStorage>(StorageNames.Rows, (provider, key) =>
            new FaultyRows((IGrainStorage)rows.KeyedImplementationFactory!(provider, key), faults));
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (faults.IsBlind(grainId)) throw new IOException("the store does not answer");
        await inner.ReadStateAsync(stateName, grainId, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var fault = faults.NextWrite(grainId);
        if (fault == WriteFault.Before) throw new IOException("the store does not answer");
        var etag = grainState.ETag;
        await inner.WriteStateAsync(stateName, grainId, grainState);
        if (fault is null) return;
        grainState.ETag = etag;
        throw fault == WriteFault.AfterAsConflict
            ? new InconsistentStateException("somebody else was faster")
            : new IOException("the answer of the store was lost");
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, grainId, grainState);
}
