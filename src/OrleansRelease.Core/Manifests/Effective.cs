using System.Collections.Immutable;
using OrleansRelease.Core.Manifests.Resolving;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// What holds for a service in an environment, every default included, each value with where it comes from.
/// </summary>
public static class Effective
{
    /// <param name="service">The service.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="template">Finds an AnalysisTemplate by its name.</param>
    /// <param name="strategy">Finds a Strategy by its name.</param>
    /// <param name="monitor">Finds a Monitor by its name; null: there are none.</param>
    public static EffectiveView Of(
        ServiceManifest service, EnvironmentManifest environment,
        Func<string, AnalysisTemplateManifest?> template, Func<string, StrategyManifest?> strategy,
        Func<string, MonitorManifest?>? monitor = null)
    {
        var ledger = new Ledger();
        var slot = new SlotResolver(
            service, environment, template, strategy, monitor, ledger, new Fill(service.Name, environment.Name, null));
        slot.Resolve();
        return new EffectiveView([.. ledger.Values], [.. ledger.Refusals.Select(refusal => refusal.Reason)]);
    }
}

/// <summary>Values in the order of the long form, and what keeps a rollout from starting.</summary>
public sealed record EffectiveView(ImmutableArray<EffectiveValue> Values, ImmutableArray<string> Missing);

/// <param name="Path">Such as <c>strategy.canary.steps[0].setWeight</c>.</param>
/// <param name="Value">As it would be written.</param>
/// <param name="Origin">
/// <c>service.environments.NAME</c>, <c>service</c>, <c>environment.defaults</c>, <c>environment</c>,
/// <c>strategy NAME</c>, <c>template NAME</c> or <c>built-in</c>.
/// </param>
public sealed record EffectiveValue(string Path, string Value, string Origin);
