using System.Collections.Immutable;

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
        EnvironmentManifest { Spec.Connections.Target: TargetChoice.Webhook } => "a webhook",
        EnvironmentManifest { Spec.Connections.Metrics: MetricsChoice.Prometheus } => "prometheus",
        EnvironmentManifest { Spec.RequireUndo: not null } => "requireUndo",
        EnvironmentManifest { Spec.Defaults.Strategy: { } choice } when HasHook(choice) => "a hook",
        StrategyManifest { Spec: var body } when HasHook(body) => "a hook",
        ReleaseManifest => "a release",
        AnalysisTemplateManifest { Spec.Metrics: var metrics } when metrics.Any(one => one.Compare is not null) =>
            "compare",
        ServiceManifest service when Strategies(service.Spec).Any(Compares) => "compare",
        StrategyManifest { Spec: var body } when Compares(body) => "compare",
        EnvironmentManifest { Spec.Defaults: { } defaults }
            when Compares(defaults.Analysis) || Compares(defaults.Strategy) => "compare",
        _ => null,
    };

    private static IEnumerable<StrategyChoice?> Strategies(ServiceSpec service) =>
        (service.Environments?.Values.Select(there => there.Strategy) ?? []).Append(service.Strategy);

    private static bool Compares(StrategyChoice? choice) => choice is StrategyChoice.Written { Body: var body }
        && Compares(body);

    private static bool Compares(StrategyBody body) => Compares(body.Analysis)
        || (body is StrategyBody.Canary { Steps: { } steps }
            && steps.OfType<StepSpec.Analyse>().Any(step => Compares(step.Templates)));

    private static bool Compares(ImmutableArray<AnalysisUse>? uses) =>
        (uses ?? []).Any(use => use.Metrics?.Values.Any(different => different.Compare is not null) ?? false);

    private static bool HasHook(StrategyChoice? choice) => choice is StrategyChoice.Written { Body: var body }
        && HasHook(body);

    private static bool HasHook(StrategyBody body) => body is StrategyBody.Canary { Steps: { } steps }
        && steps.Any(step => step is StepSpec.Hook);
}
