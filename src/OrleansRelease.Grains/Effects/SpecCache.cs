using System.Collections.Concurrent;
using System.Text.Json;
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

    /// <summary>
    /// By which rules a baseline is looked at: those that it was deployed by, because a candidate's may ask for what it
    /// never had. Where these are lost, which must not hold up a way back, the candidate's.
    /// </summary>
    public async ValueTask<RolloutSpec> OfBaselineAsync(
        string? hash, RolloutSpec candidate, CancellationToken cancellation)
    {
        try
        {
            return hash is null ? candidate : await GetAsync(hash, cancellation) ?? candidate;
        }
        catch (JsonException)
        {
            return candidate;
        }
    }
}
