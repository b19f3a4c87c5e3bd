using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Manifests;

/// <summary>Makes of the manifests the rules for Prometheus that judge a service as its rollouts are judged.</summary>
public static class SloRules
{
    /// <param name="service">The service.</param>
    /// <param name="environment">Where.</param>
    /// <param name="template">Finds an AnalysisTemplate by its name.</param>
    /// <param name="strategy">Finds a Strategy by its name.</param>
    /// <param name="monitor">Finds a Monitor by its name; null: there are none.</param>
    public static RulesFile Of(
        ServiceManifest service, EnvironmentManifest environment,
        Func<string, AnalysisTemplateManifest?> template, Func<string, StrategyManifest?> strategy,
        Func<string, MonitorManifest?>? monitor = null)
    {
        var ledger = new Ledger();
        var fill = new Fill(service.Name, environment.Name, Version: null, FilledFor.Rules);
        var slot = new SlotResolver(service, environment, template, strategy, monitor, ledger, fill).Resolve();
        if (ledger.Refusals.Count > 0) return new RulesFile.Refused([.. ledger.Refusals]);
        var key = new SlotKey(ServiceName.From(service.Name), EnvironmentName.From(environment.Name));
        var runbook = service.Spec.Runbook is { } address ? fill.Address(address) : null;
        return PrometheusRules.Of(slot.Slos.Select(slo => new SloOf(key, slo, service.Spec.Owner, runbook)));
    }
}
