using System.Globalization;

namespace OrleansRelease.LoadTests.Failover;

/// <summary>So many services in so many environments, each pair a slot with a rollout of its own.</summary>
internal static class Manifests
{
    public const int Services = 100;

    private const int Weights = 60;

    private const string Users =
        """
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: users}
        spec:
          defaults: {interval: 1m, timeout: 2s, failureLimit: 1, noDataLimit: 3, consecutiveErrorLimit: 4}
          metrics: [{name: errors, traffic: errors, max: 5%}]
        """;

    public static string Service(int n) => string.Create(CultureInfo.InvariantCulture, $"service-{n:000}");

    public static string Environment(int n) => string.Create(CultureInfo.InvariantCulture, $"load-{n:000}");

    /// <summary>
    /// Bodies for the API's apply. A first version goes all at once; the next one in small steps, which go on for
    /// longer than anything is measured, and at a pace that leaves the processors time: each is judged every minute.
    /// </summary>
    public static IEnumerable<string> All(int environments, bool isFirst)
    {
        yield return Users;
        for (var n = 0; n < environments; n++) yield return EnvironmentOf(Environment(n));
        var weights = string.Join(", ", Enumerable.Range(1, Weights));
        var strategy = isFirst
            ? "{allAtOnce: {analysis: [users], verify: 1s}}"
            : $"{{canary: {{analysis: [users], weights: [{weights}], each: 2m, verify: 2m}}}}";
        for (var n = 0; n < Services; n++) yield return ServiceOf(Service(n), strategy);
    }

    private static string EnvironmentOf(string name) =>
        $$"""
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: {{name}} }
        spec:
          maxParallel: {{Services}}
          connections:
            target: {memory: {} }
            traffic: {memory: {} }
        """;

    private static string ServiceOf(string name, string strategy) =>
        $$"""
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: {{name}} }
        spec:
          readiness: {path: /healthz, within: 15s}
          strategy: {{strategy}}
          rollback: {within: 1h, undecided: {hold: 1h, then: rollback}, keepPrevious: 1s}
        """;
}
