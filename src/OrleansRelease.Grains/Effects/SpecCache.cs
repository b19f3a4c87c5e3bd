using System.Collections.Concurrent;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Effects;

/// <summary>Specifications by hash; they never change, so what was read once stays true.</summary>
internal sealed class SpecCache(ISpecs specs)
{
    /// <summary>How many are kept; when they are more, all are read again as they are needed.</summary>
    public const int MaxKept = 512;

    private readonly ConcurrentDictionary<string, RolloutSpec> _byHash = new();

    /// <summary>The specification, or null when none is stored under the hash.</summary>
    public async ValueTask<RolloutSpec?> GetAsync(string hash, CancellationToken cancellation)
    {
        if (_byHash.TryGetValue(hash, out var known)) return known;
        if (await specs.GetAsync(hash, cancellation) is not { } text) return null;
        var spec = Vocabulary.Read<RolloutSpec>(text);
        if (_byHash.Count >= MaxKept) _byHash.Clear();
        _byHash[hash] = spec;
        return spec;
    }
}
