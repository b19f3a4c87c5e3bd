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
    /// The first of these that can be read, for what may be looked at by any of them; null where none can.
    /// </summary>
    public async ValueTask<(string Hash, RolloutSpec Spec)?> FirstOfAsync(
        IEnumerable<string> hashes, CancellationToken cancellation)
    {
        foreach (var hash in hashes)
        {
            try
            {
                if (await GetAsync(hash, cancellation) is { } spec) return (hash, spec);
            }
            catch (JsonException)
            {
                // It is damaged, and will be for the next who asks: the others may do.
            }
        }

        return null;
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
