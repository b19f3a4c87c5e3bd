namespace OrleansRelease.Gateway.Tests.Harness;

/// <summary>Manifests that move nothing real.</summary>
internal static class Samples
{
    private const string Slow = "canary: {weights: [10], each: 1h, verify: 1h}";

    public static string Service(string name, string strategy = Slow) => $$$"""
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: {{{name}}}}
        spec:
          owner: payments
          strategy: { {{{strategy}}} }

        """;

    public static string Environment(string name) => $$$"""
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: {{{name}}}}
        spec:
          connections:
            target: {memory: {}}
            traffic: {memory: {}}
            metrics: {memory: {}}

        """;

    public static string Both(string service, string environment) =>
        $"{Service(service)}---\n{Environment(environment)}";
}
