using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class EffectiveValues
{
    private static readonly Dictionary<string, AnalysisTemplateManifest> Templates =
        ManifestReader.Read(Samples.Text("analysis.yaml"), "analysis.yaml").Manifests
            .OfType<AnalysisTemplateManifest>().ToDictionary(template => template.Name);

    private static EffectiveView Of(string service, string environment) => Effective.Of(
        Samples.Read<ServiceManifest>("service.yaml", service),
        Samples.Read<EnvironmentManifest>("environment.yaml", environment),
        Templates.GetValueOrDefault, name => name == "careful" ? Samples.Read<StrategyManifest>("strategy.yaml")
            : null);

    [Theory]
    [InlineData("checkout", "production", "readiness.warmUp", "30s", "service")]
    [InlineData("checkout", "production", "strategy.name", "canary", "service")]
    [InlineData("checkout", "production", "strategy.steps[1].setWeight", "1", "service")]
    [InlineData("checkout", "production", "strategy.steps[7].setWeight", "100", "built-in")]
    [InlineData("checkout", "production", "strategy.steps[8].verify", "15m", "service")]
    [InlineData("checkout", "production", "strategy.analysis.golden-signals.errors.max", "5%",
        "template golden-signals")]
    [InlineData("checkout", "production", "strategy.analysis.golden-signals.errors.interval", "1m",
        "template golden-signals")]
    [InlineData("checkout", "production", "strategy.analysis.golden-signals.errors.inconclusiveLimit", "3",
        "built-in")]
    [InlineData("checkout", "production", "strategy.analysis.checkout-funnel.paid.min", "97%", "service")]
    [InlineData("checkout", "production", "maxParallel", "25", "environment")]
    [InlineData("checkout", "staging", "strategy.name", "all-at-once", "service.environments.staging")]
    [InlineData("checkout", "staging", "strategy.analysis.router-errors.errors.max", "5%", "built-in")]
    [InlineData("cart", "production", "readiness.within", "2m", "built-in")]
    [InlineData("cart", "production", "strategy.steps[2].pause.duration", "5m", "built-in")]
    [InlineData("cart", "production", "rollback.keepPrevious", "30m", "built-in")]
    [InlineData("cart", "production", "requestTimeout", "10s", "built-in")]
    [InlineData("cart", "production", "connections.traffic.yarp.timeout", "5s", "environment")]
    [InlineData("cart", "production", "connections.traffic.yarp.attempts", "3", "built-in")]
    public void Each_says_where_it_comes_from(
        string service, string environment, string path, string value, string origin) =>
        Assert.Contains(new EffectiveValue(path, value, origin), Of(service, environment).Values);

    [Fact]
    public void Each_path_is_there_once()
    {
        var paths = Of("checkout", "production").Values.Select(value => value.Path).ToList();

        Assert.Equal(paths.Distinct(), paths);
    }

    [Fact]
    public void They_are_printed_as_a_manifest_with_the_origins_behind()
    {
        var text = ManifestText.Write(Of("cart", "production"));

        Assert.Contains("  path: /healthz  # built-in\n", text, StringComparison.Ordinal);
        Assert.Contains("    - setWeight: 5  # built-in\n", text, StringComparison.Ordinal);
        Assert.Contains("        max: 5%  # template golden-signals\n", text, StringComparison.Ordinal);
    }
}
