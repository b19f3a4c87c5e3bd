using System.Globalization;
using BenchmarkDotNet.Attributes;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;

namespace OrleansRelease.Benchmarks;

/// <summary>
/// What the plan of a release of 1,000 services costs, without what its lookups wait for: from manifests to what would
/// be carried out, and from there to what people read before the start.
/// </summary>
[MemoryDiagnoser]
public class ReleasePlanBenchmarks
{
    private const int Services = 1_000;

    private static readonly int[] Back = [1, 7, 40];

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private Dictionary<ServiceName, ServiceManifest> _catalogue = [];
    private Dictionary<ServiceName, VersionName?> _baselines = [];
    private EnvironmentManifest _environment = null!;
    private ReleaseManifest _release = null!;
    private PassageResolution.Resolved _resolved = null!;

    [GlobalSetup]
    public void Setup()
    {
        _environment = Read<EnvironmentManifest>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", "shop", "environment.yaml")));
        _catalogue = Enumerable.Range(0, Services).Select(number => Read<ServiceManifest>(ServiceOf(number)))
            .ToDictionary(service => ServiceName.From(service.Name));
        _baselines = _catalogue.Keys.ToDictionary(service => service, VersionName? (_) => VersionName.From("1.0.0"));
        // Half of them are as many as may be written; the arithmetic is asked for twice as much.
        var (first, second) = (Read<ReleaseManifest>(ReleaseOf(0)), Read<ReleaseManifest>(ReleaseOf(Services / 2)));
        _release = first with
        {
            Spec = first.Spec with { Services = first.Spec.Services.AddRange(second.Spec.Services) },
        };
        _resolved = (PassageResolution.Resolved)ResolveThousandServices();
        if (PlanRelease().Refusals is [var refusal, ..]) throw new InvalidOperationException($"{refusal}");
    }

    /// <summary>Every service with its strategy and limits, their order, and the bound.</summary>
    [Benchmark(Baseline = true)]
    public PassageResolution ResolveThousandServices() => PassageSpecs.Resolve(
        _release, _environment, _catalogue.GetValueOrDefault,
        (service, entry) => RolloutSpecs.Resolve(
            service, _environment, _ => null, _ => null, entry.Version, entry.Digest),
        rollout => ContentHash.Of(Vocabulary.Write(rollout)));

    /// <summary>Each service's steps and prices, all of the way back, and whatever forbids the start.</summary>
    [Benchmark]
    public ReleasePlan PlanRelease() => ReleasePlan.Of(_resolved, "release", [], _baselines, [], Now);

    private static T Read<T>(string yaml)
        where T : Manifest =>
        (T)(ManifestReader.Read(yaml, "benchmark.yaml") switch
        {
            { Manifests: [var manifest] } => manifest,
            var none => throw new InvalidOperationException(string.Join("; ", none.Problems)),
        });

    // As the way back of PlanningBenchmarks: 2,400 needs.
    private static string ServiceOf(int number)
    {
        var needs = Back.Where(step => number >= step && number % 5 != 0)
            .Select(step => Name(number - step));
        return $$$"""
            apiVersion: orleansrelease/v1
            kind: Service
            metadata: {name: {{{Name(number)}}}}
            spec:
              owner: shop
              dependsOn: [{{{string.Join(", ", needs)}}}]
              workload: {process: {command: [dotnet, "{{version}}/Shop.dll", --urls, "http://127.0.0.1:{{port}}"]}}
            """;
    }

    private static string ReleaseOf(int from) => $$"""
        apiVersion: orleansrelease/v1
        kind: Release
        metadata: {name: shop-2026.11.3}
        spec:
          services:
            {{string.Join("\n    ", Enumerable.Range(from, Services / 2).Select(number => $"{Name(number)}: 2.0.0"))}}
          environments: [rehearsal]
        """;

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"s{number:0000}");
}
