using System.Diagnostics;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>A manifest in the long form: every short form written out, nothing added.</summary>
internal static class LongForm
{
    public static TextNode.Map Of(Manifest manifest) => new MapBuilder()
        .Add("apiVersion", Manifest.ApiVersion)
        .Add("kind", manifest.Kind.ToString())
        .Add("metadata", new MapBuilder()
            .Add("name", manifest.Name)
            .AddMap("labels", manifest.Metadata.Labels, text => new TextNode.Scalar(text))
            .ToMap())
        .Add("spec", manifest switch
        {
            ServiceManifest service => ServiceForm.Of(service.Spec),
            EnvironmentManifest environment => EnvironmentForm.Of(environment.Spec),
            AnalysisTemplateManifest template => AnalysisForm.Of(template.Spec),
            StrategyManifest strategy => StrategyForm.Of(strategy.Spec),
            ReleaseManifest release => ReleaseForm.Of(release.Spec),
            MonitorManifest monitor => MonitorForm.Of(monitor.Spec),
            _ => throw new UnreachableException(),
        })
        .ToMap();
}
