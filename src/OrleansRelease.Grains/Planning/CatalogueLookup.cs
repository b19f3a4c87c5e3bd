using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// Resolves with what the catalogue holds. Resolving is pure and asks for manifests by name, so it is done again with
/// what the last round missed, until it misses nothing.
/// </summary>
/// <param name="grains">Where the manifests are.</param>
/// <param name="given">Manifests that count as if they had been applied.</param>
internal sealed class CatalogueLookup(IGrainFactory grains, IEnumerable<Manifest>? given = null)
{
    /// <summary>How deep manifests may refer to each other.</summary>
    public const int MaxRounds = 8;

    /// <summary>How many are read at a time.</summary>
    private const int AtATime = 32;

    private readonly Dictionary<ManifestKey, Manifest?> _found = (given ?? []).ToDictionary(
        manifest => ManifestKey.Of(manifest.Kind, manifest.Name), manifest => (Manifest?)manifest);

    public Task<Answer<RolloutSpec>> ResolveAsync(StartRequest request, CancellationToken cancellation) => WalkAsync(
        request.Service, request.Environment,
        (service, environment, template, strategy, monitor) => AnswerOf(RolloutSpecs.Resolve(
            service, environment, template, strategy, request.Version, request.Digest, monitor)),
        cancellation);

    public Task<Answer<EffectiveView>> EffectiveAsync(
        ServiceName service, EnvironmentName environment, CancellationToken cancellation) =>
        WalkAsync<EffectiveView>(service, environment, (of, where, template, strategy, monitor) =>
            Effective.Of(of, where, template, strategy, monitor), cancellation);

    /// <summary>The rules by which Prometheus judges what these services have promised in an environment.</summary>
    public async Task<Answer<RulesFile.Written>> RulesAsync(
        EnvironmentName environmentName, IReadOnlyCollection<ServiceName> names, CancellationToken cancellation)
    {
        var environmentKey = ManifestKey.Of(ManifestKind.Environment, $"{environmentName}");
        if (await FetchAsync([environmentKey], cancellation) is { } unreadable) return unreadable;
        if (_found[environmentKey] is not EnvironmentManifest environment)
            return NotFound("environment", $"{environmentName}");
        if (await FetchAsync(names, cancellation) is { } refusal) return refusal;
        foreach (var name in names)
        {
            if (Service(name) is null) return NotFound("service", $"{name}");
        }

        var services = names.Select(name => Service(name)!).ToList();
        return await RoundsAsync<RulesFile.Written>(
            (template, strategy, monitor) => SloRules.Of(services, environment, template, strategy, monitor) switch
            {
                RulesFile.Written written => written,
                RulesFile.Refused refused => (Answer<RulesFile.Written>)Refusal.AllOf(refused.All),
                _ => throw new UnreachableException(),
            },
            cancellation);
    }

    /// <summary>What an applied release would be carried through an environment by.</summary>
    public async Task<Answer<PassageResolution>> ResolveAsync(
        ReleaseName releaseName, EnvironmentName environmentName, CancellationToken cancellation)
    {
        var releaseKey = ManifestKey.Of(ManifestKind.Release, $"{releaseName}");
        var environmentKey = ManifestKey.Of(ManifestKind.Environment, $"{environmentName}");
        if (await FetchAsync([releaseKey, environmentKey], cancellation) is { } unreadable) return unreadable;
        if (_found[releaseKey] is not ReleaseManifest release) return NotFound("release", $"{releaseName}");
        if (_found[environmentKey] is not EnvironmentManifest environment)
            return NotFound("environment", $"{environmentName}");
        if (await FetchNamedByAsync(release, cancellation) is { } refusal) return refusal;
        return await RoundsAsync<PassageResolution>(
            (template, strategy, monitor) => PassageSpecs.Resolve(
                release, environment, Service,
                (service, entry) => RolloutSpecs.Resolve(
                    service, environment, template, strategy, entry.Version, entry.Digest, monitor),
                rollout => ContentHash.Of(Vocabulary.Write(rollout))),
            cancellation);
    }

    /// <summary>What keeps a release from starting with the catalogue as it is now.</summary>
    public async Task<Answer<ImmutableArray<string>>> NotesOnAsync(
        ReleaseManifest release, CancellationToken cancellation)
    {
        if (await FetchNamedByAsync(release, cancellation) is { } unreadable) return unreadable;
        return ReleaseNotes.Of(
            release, Service,
            name => _found[ManifestKey.Of(ManifestKind.Environment, $"{name}")] is EnvironmentManifest);
    }

    /// <summary>What of these services depends on what, as far as the catalogue knows them.</summary>
    public async Task<Answer<ILookup<ServiceName, ServiceName>>> DependsOnAsync(
        IReadOnlyCollection<ServiceName> services, CancellationToken cancellation)
    {
        if (await FetchAsync(services, cancellation) is { } unreadable) return unreadable;
        return new Answer<ILookup<ServiceName, ServiceName>>.Accepted(services
            .SelectMany(service => (Service(service)?.Spec.DependsOn ?? []).Select(one => (service, one.Service)))
            .ToLookup(pair => pair.service, pair => pair.Service));
    }

    private ServiceManifest? Service(ServiceName name) =>
        _found[ManifestKey.Of(ManifestKind.Service, $"{name}")] as ServiceManifest;

    private async Task<Refusal?> FetchAsync(IEnumerable<ServiceName> services, CancellationToken cancellation)
    {
        foreach (var some in services.Chunk(AtATime))
        {
            var keys = some.Select(name => ManifestKey.Of(ManifestKind.Service, $"{name}")).ToArray();
            if (await FetchAsync(keys, cancellation) is { } refusal) return refusal;
        }

        return null;
    }

    private async Task<Refusal?> FetchNamedByAsync(ReleaseManifest release, CancellationToken cancellation)
    {
        var named = release.Spec.Services.Keys.Concat((release.Spec.Requires ?? []).Select(one => $"{one.Service}"))
            .Select(name => ManifestKey.Of(ManifestKind.Service, name))
            .Concat((release.Spec.Environments ?? [])
                .Select(name => ManifestKey.Of(ManifestKind.Environment, $"{name}")));
        foreach (var some in named.Chunk(AtATime))
        {
            if (await FetchAsync(some, cancellation) is { } refusal) return refusal;
        }

        return null;
    }

    private async Task<Answer<T>> WalkAsync<T>(
        ServiceName serviceName, EnvironmentName environmentName, Walk<T> walk, CancellationToken cancellation)
    {
        var serviceKey = ManifestKey.Of(ManifestKind.Service, $"{serviceName}");
        var environmentKey = ManifestKey.Of(ManifestKind.Environment, $"{environmentName}");
        if (await FetchAsync([serviceKey, environmentKey], cancellation) is { } unreadable) return unreadable;
        if (_found[serviceKey] is not ServiceManifest service) return NotFound("service", $"{serviceName}");
        if (_found[environmentKey] is not EnvironmentManifest environment)
            return NotFound("environment", $"{environmentName}");

        return await RoundsAsync(
            (template, strategy, monitor) => walk(service, environment, template, strategy, monitor), cancellation);
    }

    private async Task<Answer<T>> RoundsAsync<T>(
        Func<Func<string, AnalysisTemplateManifest?>, Func<string, StrategyManifest?>, Func<string, MonitorManifest?>,
            Answer<T>> walk,
        CancellationToken cancellation)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var missed = new HashSet<ManifestKey>();
            var answer = walk(
                name => Find<AnalysisTemplateManifest>(ManifestKind.AnalysisTemplate, name, missed),
                name => Find<StrategyManifest>(ManifestKind.Strategy, name, missed),
                name => Find<MonitorManifest>(ManifestKind.Monitor, name, missed));
            if (missed.Count == 0) return answer;
            if (await FetchAsync(missed, cancellation) is { } refusal) return refusal;
        }

        return new Refusal(
            RefusalCodes.TooDeep, $"manifests refer to each other more than {MaxRounds} deep", "fewer references");
    }

    private T? Find<T>(ManifestKind kind, string name, HashSet<ManifestKey> missed)
        where T : Manifest
    {
        var key = ManifestKey.Of(kind, name);
        if (!_found.TryGetValue(key, out var manifest)) missed.Add(key);
        return manifest as T;
    }

    private async Task<Refusal?> FetchAsync(IReadOnlyCollection<ManifestKey> keys, CancellationToken cancellation)
    {
        var unknown = keys.Where(key => !_found.ContainsKey(key)).Distinct();
        var answers = await Task.WhenAll(unknown.Select(async key =>
            (Key: key, Answer: await grains.GetGrain<IManifestGrain>($"{key}").GetAsync(cancellation))));
        foreach (var (key, answer) in answers)
        {
            switch (answer)
            {
                case Answer<ManifestView>.Accepted { Value: var view }:
                    if (Read(key, view) is { } unreadable) return unreadable;
                    break;
                case Answer<ManifestView>.Refused { Refusal.Code: RefusalCodes.NotFound }:
                    _found[key] = null;
                    break;
                case Answer<ManifestView>.Refused refused:
                    return refused.Refusal;
                default:
                    throw new UnreachableException();
            }
        }

        return null;
    }

    private Refusal? Read(ManifestKey key, ManifestView view)
    {
        try
        {
            _found[key] = Vocabulary.Read<Manifest>(view.Content);
            return null;
        }
        catch (JsonException e)
        {
            return new(RefusalCodes.UnreadableManifest, $"{key} cannot be read: {e.Message}", "apply it again");
        }
    }

    private static Answer<RolloutSpec> AnswerOf(Resolution resolution) => resolution switch
    {
        Resolution.Resolved resolved => resolved.Spec,
        Resolution.Refused refused => refused.Refusal,
        _ => throw new UnreachableException(),
    };

    private static Refusal NotFound(string kind, string name) =>
        new(RefusalCodes.NotFound, $"there is no {kind} {name}", "apply its manifest first");

    private delegate Answer<T> Walk<T>(
        ServiceManifest service, EnvironmentManifest environment,
        Func<string, AnalysisTemplateManifest?> template, Func<string, StrategyManifest?> strategy,
        Func<string, MonitorManifest?> monitor);
}
