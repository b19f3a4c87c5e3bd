using System.Globalization;
using OrleansRelease.Testing.Releases;

namespace OrleansRelease.LoadTests.Kills;

/// <summary>A release of twenty services, again and again.</summary>
internal static class KillManifests
{
    public const string Environment = "production";

    private static readonly int[] Waves = [7, 6, 4, 2, 1];

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
          maxParallel: 100
          connections: {target: {memory: {}}, traffic: {memory: {}}}
        """;

    /// <summary>What each service needs, in an order in which each comes after all that it needs.</summary>
    public static IReadOnlyDictionary<string, string[]> Needs { get; } = LayeredNeeds.Of(seed: 20, Waves);

    public static string Last { get; } = Needs.Keys.Last();

    /// <summary>Bodies for the API's apply.</summary>
    public static IEnumerable<string> Before()
    {
        foreach (var text in Surroundings.Split("---\n")) yield return text;
        foreach (var service in Needs.Keys)
        {
            yield return
                $$"""
                apiVersion: orleansrelease/v1
                kind: Service
                metadata: {name: {{service}} }
                spec:
                  readiness: {path: /healthz, within: 15s}
                  strategy: {allAtOnce: {analysis: [users], verify: 1s} }
                  rollback: {within: 1h, undecided: {hold: 1h, then: rollback}, keepPrevious: 1s}
                """;
        }
    }

    public static string Name(int round) => string.Create(CultureInfo.InvariantCulture, $"kills-{round:000}");

    public static string Version(int round) => string.Create(CultureInfo.InvariantCulture, $"1.0.{round}");

    /// <param name="round">Its number.</param>
    /// <param name="fails">Whether the last of its services is a bad one.</param>
    public static string Release(int round, bool fails)
    {
        var services = Needs.Select(one =>
        {
            var version = fails && one.Key == Last ? $"{DistantWorld.BadVersion}{round}" : Version(round);
            return one.Value.Length == 0
                ? $"{one.Key}: {version}"
                : $"{one.Key}: {{version: {version}, needs: [{string.Join(", ", one.Value)}]}}";
        });
        return
            $$"""
            apiVersion: orleansrelease/v1
            kind: Release
            metadata: {name: {{Name(round)}} }
            spec:
              services: { {{string.Join(", ", services)}} }
              environments: [{{Environment}}]
              maxParallel: 20
            """;
    }
}
