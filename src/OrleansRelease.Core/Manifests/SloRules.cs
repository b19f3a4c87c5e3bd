using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// Makes of the manifests the rules for Prometheus that judge services as their rollouts are judged: one file for all
/// that have promised something in an environment.
/// </summary>
public static class SloRules
{
    /// <summary>How many objectives one file has.</summary>
    public const int Most = 2000;

    /// <summary>Of how many reasons why there is no file is told at once.</summary>
    private const int MostTold = 20;

    /// <param name="services">The services; one that promises nothing there is not looked at.</param>
    /// <param name="environment">Where.</param>
    /// <param name="template">Finds an AnalysisTemplate by its name.</param>
    /// <param name="strategy">Finds a Strategy by its name.</param>
    /// <param name="monitor">Finds a Monitor by its name; null: there are none.</param>
    public static RulesFile Of(
        IEnumerable<ServiceManifest> services, EnvironmentManifest environment,
        Func<string, AnalysisTemplateManifest?> template, Func<string, StrategyManifest?> strategy,
        Func<string, MonitorManifest?>? monitor = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(environment);
        if (environment.Spec.Connections?.Metrics is not MetricsChoice.Prometheus)
        {
            return new RulesFile.Refused([new(
                RefusalCodes.NoRules, $"Prometheus does not count the requests of {environment.Name}",
                "spec:\n  connections:\n    metrics: {prometheus: {url: URL}}")]);
        }

        var slos = new List<SloOf>();
        var refusals = new List<Refusal>();
        foreach (var service in services.Where(one => Promises(one, environment))
            .OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            var ledger = new Ledger();
            slos.AddRange(Slos(service, environment, (template, strategy, monitor), ledger));
            refusals.AddRange(ledger.Refusals.Select(one => one with { Reason = $"{service.Name}: {one.Reason}" }));
        }

        if (slos.Count > Most)
        {
            refusals.Add(new(
                RefusalCodes.BadLimit, $"services of {environment.Name} have {slos.Count} objectives",
                $"rules of {Most} at once; ask for one service"));
        }

        // Without the rules of one service whoever loads this file would not be told when that one burns.
        return refusals.Count > 0 ? new RulesFile.Refused(Told(refusals)) : PrometheusRules.Of(slos);
    }

    private static bool Promises(ServiceManifest service, EnvironmentManifest environment) =>
        Layer.Of(service, environment).Select(layer => layer.Slos).FirstOrDefault(slos => slos is not null)
            is { IsEmpty: false };

    private static IEnumerable<SloOf> Slos(
        ServiceManifest service, EnvironmentManifest environment,
        (Func<string, AnalysisTemplateManifest?> Template, Func<string, StrategyManifest?> Strategy,
            Func<string, MonitorManifest?>? Monitor) find,
        Ledger ledger)
    {
        var fill = new Fill(service.Name, environment.Name, Version: null, FilledFor.Rules);
        var slot = new SlotResolver(
            service, environment, find.Template, find.Strategy, find.Monitor, ledger, fill).Resolve();
        var key = new SlotKey(ServiceName.From(service.Name), EnvironmentName.From(environment.Name));
        var runbook = service.Spec.Runbook is { } address ? fill.Address(address) : null;
        return slot.Slos.Select(slo => new SloOf(key, slo, service.Spec.Owner, runbook));
    }

    // What is left out is like one that is told, or it would be mended last and hidden until then.
    private static ImmutableArray<Refusal> Told(List<Refusal> all)
    {
        var first = all.Take(MostTold).ToList();
        return
        [
            .. first,
            .. all.Skip(MostTold).GroupBy(one => one.Code).SelectMany(same =>
                first.Exists(one => one.Code == same.Key) ? [More(same)] : Own([.. same])),
        ];

        static IEnumerable<Refusal> Own(List<Refusal> same) =>
            same is [var only] ? [only] : [same[0], More(same.Skip(1))];

        static Refusal More(IEnumerable<Refusal> same) =>
            new(same.First().Code, $"and {same.Count()} more like these", "one service at a time");
    }
}
