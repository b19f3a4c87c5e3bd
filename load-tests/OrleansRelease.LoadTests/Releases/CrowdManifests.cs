using System.Globalization;

namespace OrleansRelease.LoadTests.Releases;

/// <summary>One of many releases: the services that it moves, and how it ranks.</summary>
internal sealed record CrowdRelease(string Name, int Priority, IReadOnlyList<int> Services);

/// <summary>Many releases over few services, drawn from a seed.</summary>
internal static class CrowdManifests
{
    public const int Services = 40;

    public const string Environment = "production";

    private const int HighestPriority = 2;

    private const int MostServices = 6;

    private const string Surroundings =
        """
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: users}
        spec:
          defaults: {interval: 1s, timeout: 1s, failureLimit: 1, noDataLimit: 60, consecutiveErrorLimit: 60}
          metrics: [{name: errors, traffic: errors, max: 5%}]
        ---
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: production}
        spec:
          maxParallel: 1000
          connections: {target: {memory: {}}, traffic: {memory: {}}}
        """;

    public static IReadOnlyList<CrowdRelease> Releases(int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(1, count).Select(number =>
            {
                var all = Enumerable.Range(0, Services).ToArray();
                random.Shuffle(all);
                return new CrowdRelease(
                    string.Create(CultureInfo.InvariantCulture, $"crowd-{number:000}"),
                    random.Next(-HighestPriority, HighestPriority + 1), all[..random.Next(2, MostServices + 1)]);
            }),
        ];
    }

    /// <summary>Bodies for the API's apply: what is there before any release, then all releases.</summary>
    public static IEnumerable<string> Before()
    {
        foreach (var text in Surroundings.Split("---\n")) yield return text;
        for (var n = 0; n < Services; n++)
        {
            yield return
                $$"""
                apiVersion: orleansrelease/v1
                kind: Service
                metadata: {name: {{ServiceName(n)}} }
                spec:
                  readiness: {path: /healthz, within: 15s}
                  strategy: {allAtOnce: {analysis: [users], verify: 1s} }
                  rollback: {within: 1h, undecided: {hold: 1h, then: rollback}, keepPrevious: 1s}
                """;
        }
    }

    /// <summary>Its services go one after the other.</summary>
    public static string Of(CrowdRelease release)
    {
        var version = release.Name.Replace("crowd-", "1.0.", StringComparison.Ordinal);
        var services = release.Services.Select((service, i) => i == 0
            ? $"{ServiceName(service)}: {version}"
            : $"{ServiceName(service)}: {{version: {version}, needs: [{ServiceName(release.Services[i - 1])}]}}");
        return
            $$"""
            apiVersion: orleansrelease/v1
            kind: Release
            metadata: {name: {{release.Name}} }
            spec:
              services: { {{string.Join(", ", services)}} }
              environments: [{{Environment}}]
              maxParallel: 10
            """;
    }

    public static string ServiceName(int n) => string.Create(CultureInfo.InvariantCulture, $"service-{n:00}");
}
