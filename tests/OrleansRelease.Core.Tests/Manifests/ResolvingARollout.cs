using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class ResolvingARollout
{
    private static readonly EnvironmentManifest Production = Samples.Read<EnvironmentManifest>("environment.yaml", "production");

    private static readonly Dictionary<string, AnalysisTemplateManifest> Templates =
        ManifestReader.Read(Samples.Text("analysis.yaml"), "analysis.yaml").Manifests
            .OfType<AnalysisTemplateManifest>().ToDictionary(template => template.Name);

    private static readonly StrategyManifest Careful = Samples.Read<StrategyManifest>("strategy.yaml");

    public static Resolution Resolve(ServiceManifest service, EnvironmentManifest environment, string version = "3.2.0") =>
        RolloutSpecs.Resolve(
            service, environment, Templates.GetValueOrDefault, name => name == Careful.Name ? Careful : null,
            VersionName.From(version), null);

    public static RolloutSpec Resolved(ServiceManifest service, EnvironmentManifest environment, string version = "3.2.0") =>
        Resolve(service, environment, version) switch
        {
            Resolution.Resolved resolved => resolved.Spec,
            Resolution.Refused refused => throw new InvalidOperationException(refused.Refusal.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    [Fact]
    public void A_canary_is_written_out_with_everything_that_it_implies()
    {
        var spec = Resolved(Samples.Read<ServiceManifest>("service.yaml", "checkout"), Production);

        Assert.Equal(
            [
                new Step.Deploy(),
                new Step.SetWeight(Weight.Percent(1)), new Step.Pause(TimeSpan.FromMinutes(10)),
                new Step.SetWeight(Weight.Percent(10)), new Step.Pause(TimeSpan.FromMinutes(10)),
                new Step.SetWeight(Weight.Percent(50)), new Step.Pause(TimeSpan.FromMinutes(10)),
                new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(15)),
            ],
            spec.Steps.AsEnumerable());
        Assert.Equal(
            ["golden-signals/errors", "golden-signals/slow", "golden-signals/p99", "golden-signals/restarts", "checkout-funnel/paid"],
            spec.Background.Select(metric => metric.Name));
    }

    [Fact]
    public void A_metric_has_the_limits_of_its_template_and_what_is_different_where_it_is_used()
    {
        var spec = Resolved(Samples.Read<ServiceManifest>("service.yaml", "checkout"), Production);

        var paid = spec.Background.Single(metric => metric.Name == "checkout-funnel/paid");
        Assert.Equal(new Thresholds(null, 0.97, null), paid.Thresholds);
        Assert.True(paid.DryRun);
        Assert.Equal(BuiltIn.Limits with { Interval = TimeSpan.FromMinutes(5), MinSamples = 50 }, paid.Limits);
        var p99 = spec.Background.Single(metric => metric.Name == "golden-signals/p99");
        Assert.Equal(new Thresholds(0.8, null, 2), p99.Thresholds);
        Assert.Equal(Unit.Seconds, p99.Unit);
    }
}
