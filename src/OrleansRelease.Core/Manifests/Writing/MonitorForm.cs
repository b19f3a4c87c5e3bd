using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Kind Monitor in the long form.</summary>
internal static class MonitorForm
{
    public static TextNode Of(MonitorSpec spec) => EnvironmentForm
        .Access(spec.Url, spec.Bearer, spec.Basic, spec.Ca, spec.Certificate)
        .Add("method", spec.Method is { } method ? Word(method) : null)
        .Add("timeout", spec.Timeout)
        .Add("expect", spec.Expect is { } expect ? Expect(expect) : null)
        .Add("nodes", spec.Nodes)
        .Add("network", spec.Network)
        .ToMap();

    public static string Word(CheckMethod method) => $"{method}".ToUpperInvariant();

    private static TextNode.Map Expect(ExpectSpec spec) => new MapBuilder()
        .AddList("status", spec.Status, status => new TextNode.Scalar($"{status}", IsWord: true))
        .Add("within", spec.Within)
        .Add("body", spec.Body is not { } body ? null : new MapBuilder()
            .Add("contains", body.Contains)
            .Add("lacks", body.Lacks)
            .ToMap())
        .Add("certificateValidFor", spec.CertificateValidFor)
        .ToMap();
}
