using System.Collections.Immutable;
using System.Text.Json;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// Follows what services require of one another through the catalogue, with some of them as they are to be applied.
/// </summary>
internal sealed class RequirementWalk(IGrainFactory grains, ImmutableArray<ServiceManifest> changed = default)
{
    /// <summary>How many services are followed.</summary>
    public const int MaxServices = 1000;

    /// <summary>How many are read at a time.</summary>
    private const int AtATime = 32;

    private readonly Dictionary<ServiceName, ImmutableArray<Requirement>> _requires = Of(changed);

    /// <summary>The first circle through a service that changes.</summary>
    public async Task<Refusal?> CycleAsync(CancellationToken cancellation)
    {
        // Taken before others are read.
        foreach (var service in _requires.Where(one => !one.Value.IsEmpty).Select(one => one.Key).ToList())
        {
            if (await CycleAsync(service, cancellation) is { } cycle) return cycle;
        }

        return null;
    }

    /// <summary>A circle through this service.</summary>
    public async Task<Refusal?> CycleAsync(ServiceName service, CancellationToken cancellation)
    {
        if (await ReadAllAsync(service, cancellation) is { } refusal) return refusal;
        return Requirements.Cycle(service, name => _requires.GetValueOrDefault(name, [])) is { } path
            ? new(
                RefusalCodes.RequirementCycle,
                $"services would wait for each other's versions: {string.Join(" → ", path)}",
                "one of these without atLeast in its dependsOn")
            : null;
    }

    private static Dictionary<ServiceName, ImmutableArray<Requirement>> Of(ImmutableArray<ServiceManifest> changed)
    {
        var requires = new Dictionary<ServiceName, ImmutableArray<Requirement>>();
        if (changed.IsDefault) return requires;
        foreach (var manifest in changed) requires[ServiceName.From(manifest.Name)] = Requirements.Of(manifest);
        return requires;
    }

    // Level by level: what one requires is known when it has been read.
    private async Task<Refusal?> ReadAllAsync(ServiceName from, CancellationToken cancellation)
    {
        var reached = new HashSet<ServiceName> { from };
        var level = new List<ServiceName> { from };
        while (level.Count > 0)
        {
            foreach (var some in level.Where(name => !_requires.ContainsKey(name)).Chunk(AtATime))
            {
                var read = await Task.WhenAll(some.Select(name => ReadAsync(name, cancellation)));
                for (var i = 0; i < some.Length; i++) _requires[some[i]] = read[i];
            }

            level = [.. level.SelectMany(name => _requires[name]).Select(one => one.Service).Where(reached.Add)];
            if (reached.Count > MaxServices)
            {
                return new(
                    RefusalCodes.TooDeep, $"{from} requires more than {MaxServices} services, one through another",
                    "fewer of them with atLeast");
            }
        }

        return null;
    }

    // One that is not there, or cannot be read, requires nothing: its own start says what is wrong with it.
    private async Task<ImmutableArray<Requirement>> ReadAsync(ServiceName name, CancellationToken cancellation)
    {
        var key = ManifestKey.Of(ManifestKind.Service, $"{name}");
        var found = await grains.GetGrain<IManifestGrain>($"{key}").GetAsync(cancellation);
        if (found is not Answer<ManifestView>.Accepted { Value.Content: var content }) return [];
        try
        {
            return Vocabulary.Read<Manifest>(content) is ServiceManifest service ? Requirements.Of(service) : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
