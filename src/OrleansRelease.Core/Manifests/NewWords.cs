using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Manifests;

/// <summary>What of a manifest a server of the build before cannot read, or would not abide by.</summary>
public static class NewWords
{
    /// <summary>Null: nothing.</summary>
    public static string? In(Manifest manifest) => manifest switch
    {
        ServiceManifest service when !Requirements.Of(service).IsEmpty => "atLeast",
        ServiceManifest service when Strategies(service.Spec).Any(HasHook) => "a hook",
        ServiceManifest { Spec: { Slos: not null } or { DegradationBudget: not null } } => "slos",
        ServiceManifest { Spec.Environments: { } there } when there.Values.Any(one =>
            one.Slos is not null || one.DegradationBudget is not null) => "slos",
        ServiceManifest { Spec.MinimumTelemetry: not null } => "minimumTelemetry",
        ServiceManifest { Spec.Environments: { } there } when there.Values.Any(one =>
            one.MinimumTelemetry is not null) => "minimumTelemetry",
        ServiceManifest { Spec: var own } when own.Rollback?.Shed is not null
            || (own.Environments?.Values.Any(one => one.Rollback?.Shed is not null) ?? false) => "shed",
        EnvironmentManifest { Spec.Defaults.Rollback.Shed: not null } => "shed",
        EnvironmentManifest { Spec.Connections.Target: TargetChoice.Webhook } => "a webhook",
        EnvironmentManifest { Spec.Connections.Metrics: MetricsChoice.Prometheus } => "prometheus",
        EnvironmentManifest { Spec.RequireUndo: not null } => "requireUndo",
        EnvironmentManifest { Spec.Connections.Traces: not null } => "traces",
        EnvironmentManifest { Spec.Links: not null } => "links",
        EnvironmentManifest { Spec.Defaults.Strategy: { } choice } when HasHook(choice) => "a hook",
        StrategyManifest { Spec: var body } when HasHook(body) => "a hook",
        ReleaseManifest => "a release",
        MonitorManifest => "a monitor",
        AnalysisTemplateManifest { Spec.Metrics: var metrics } when metrics.Any(one =>
            one.Source is MetricSource.Monitor) => "monitor",
        AnalysisTemplateManifest { Spec.Metrics: var metrics } when metrics.Any(one =>
            one.Source is MetricSource.Histogram) => "histogram",
        AnalysisTemplateManifest { Spec.Metrics: var metrics } when metrics.Any(one => one.Compare is not null) =>
            "compare",
        AnalysisTemplateManifest { Spec.Metrics: var metrics } when metrics.Any(one => one.History is not null) =>
            "history",
        ServiceManifest service => Strategies(service.Spec).Select(Different).FirstOrDefault(word => word is not null),
        StrategyManifest { Spec: var body } => Different(body),
        EnvironmentManifest { Spec.Defaults: { } defaults } =>
            Different(defaults.Analysis) ?? Different(defaults.Strategy),
        _ => null,
    };

    private static IEnumerable<StrategyChoice?> Strategies(ServiceSpec service) =>
        (service.Environments?.Values.Select(there => there.Strategy) ?? []).Append(service.Strategy);

    private static string? Different(StrategyChoice? choice) => choice is StrategyChoice.Written { Body: var body }
        ? Different(body)
        : null;

    private static string? Different(StrategyBody body) => Different(
    [
        .. body.Analysis ?? [],
        .. body is StrategyBody.Canary { Steps: { } steps }
            ? steps.OfType<StepSpec.Analyse>().SelectMany(step => step.Templates)
            : [],
    ]);

    private static string? Different(ImmutableArray<AnalysisUse>? uses)
    {
        var different = (uses ?? []).SelectMany(use => use.Metrics?.Values ?? []).ToList();
        return different.Exists(one => one.Compare is not null) ? "compare"
            : different.Exists(one => one.History is not null) ? "history"
            : null;
    }

    private static bool HasHook(StrategyChoice? choice) => choice is StrategyChoice.Written { Body: var body }
        && HasHook(body);

    private static bool HasHook(StrategyBody body) => body is StrategyBody.Canary { Steps: { } steps }
        && steps.Any(step => step is StepSpec.Hook);
}
