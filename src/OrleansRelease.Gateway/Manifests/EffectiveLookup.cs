using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Gateway.Manifests;

/// <summary>
/// Finds what is effective. That is a pure function that asks for manifests by name, so it is called again with what
/// the last round missed, until it misses nothing.
/// </summary>
internal sealed class EffectiveLookup(IGrainFactory grains)
{
    private const int MaxRounds = 8;

    private readonly Dictionary<ManifestKey, Manifest?> _found = [];

    public async Task<Answer<EffectiveDocument>> OfAsync(
        ServiceName service, EnvironmentName environment, CancellationToken cancellation)
    {
        var serviceKey = ManifestStore.KeyOf(ManifestKind.Service, service.ToString());
        var environmentKey = ManifestStore.KeyOf(ManifestKind.Environment, environment.ToString());
        await FetchAsync([serviceKey, environmentKey], cancellation);
        if (_found[serviceKey] is not ServiceManifest wanted) return NotFound(serviceKey);
        if (_found[environmentKey] is not EnvironmentManifest where) return NotFound(environmentKey);
        for (var round = 0; round < MaxRounds; round++)
        {
            var missed = new HashSet<ManifestKey>();
            var view = Effective.Of(
                wanted, where,
                name => Find<AnalysisTemplateManifest>(ManifestKind.AnalysisTemplate, name, missed),
                name => Find<StrategyManifest>(ManifestKind.Strategy, name, missed));
            if (missed.Count == 0)
            {
                return new EffectiveDocument(
                    wanted.Name, where.Name, view.Values, view.Missing, ManifestText.Write(view));
            }

            await FetchAsync(missed, cancellation);
        }

        return new Refusal(RefusalCodes.TooDeep, $"manifests refer to each other more than {MaxRounds} deep", "fewer references");
    }

    private T? Find<T>(ManifestKind kind, string name, HashSet<ManifestKey> missed)
        where T : Manifest
    {
        var key = ManifestStore.KeyOf(kind, name);
        if (!_found.TryGetValue(key, out var manifest)) missed.Add(key);
        return manifest as T;
    }

    private async Task FetchAsync(IReadOnlyCollection<ManifestKey> keys, CancellationToken cancellation)
    {
        foreach (var key in keys)
        {
            var answer = await grains.ManifestAsync(key, cancellation);
            _found[key] = answer is Answer<ManifestView>.Accepted view
                ? Vocabulary.Read<Manifest>(view.Value.Content)
                : null;
        }
    }

    private static Refusal NotFound(ManifestKey key) =>
        new(RefusalCodes.NotFound, $"there is no {key}", "apply it first");
}
