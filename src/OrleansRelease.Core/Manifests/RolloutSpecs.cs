using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>Makes of the manifests all that one rollout is carried out by.</summary>
public static class RolloutSpecs
{
    /// <param name="service">The service to move.</param>
    /// <param name="environment">Where.</param>
    /// <param name="template">Finds an AnalysisTemplate by its name; built-in ones are not asked for.</param>
    /// <param name="strategy">Finds a Strategy by its name; built-in ones are not asked for.</param>
    /// <param name="version">To which version.</param>
    /// <param name="digest">Of its artifact, when it is known.</param>
    /// <param name="monitor">Finds a Monitor by its name; null: there are none.</param>
    public static Resolution Resolve(
        ServiceManifest service, EnvironmentManifest environment,
        Func<string, AnalysisTemplateManifest?> template, Func<string, StrategyManifest?> strategy,
        VersionName version, string? digest, Func<string, MonitorManifest?>? monitor = null)
    {
        var ledger = new Ledger();
        var fill = new Fill(service.Name, environment.Name, version);
        var slot = new SlotResolver(service, environment, template, strategy, monitor, ledger, fill).Resolve();
        if (digest is not null && !VersionReference.IsDigest(digest))
            ledger.Refuse(RefusalCodes.BadDigest, "the digest is not one", VersionReference.DigestShape);
        if (slot.Target?.Adapter == ProcessWords.Target && !ProcessWords.IsPlain(version))
        {
            ledger.Refuse(RefusalCodes.BadVersion,
                $"the version {Yaml.Shown.Of(version.ToString())} cannot be part of a command",
                $"a version of {ProcessWords.VersionShape}");
        }

        if (ledger.Refusals.Count > 0) return new Resolution.Refused([.. ledger.Refusals]);
        return new Resolution.Resolved(new RolloutSpec(
            ServiceName.From(service.Name), EnvironmentName.From(environment.Name), version, digest,
            service.Spec.Owner, service.Spec.Runbook is { } runbook ? fill.Address(runbook) : null,
            slot.StrategyName, slot.Steps, slot.Background, slot.Readiness, slot.Undecided, slot.RollbackWithin,
            slot.KeepPrevious, slot.WhenBusy, slot.MaxParallel, slot.Target!, slot.Traffic!, slot.Metrics,
            slot.Requires.IsEmpty ? null : slot.Requires,
            slot.Slos.IsEmpty ? null : slot.Slos,
            slot.Slos.IsEmpty ? null : slot.DegradationBudget,
            slot.MinimumTelemetry.IsEmpty ? null : slot.MinimumTelemetry, slot.Traces, slot.Links, slot.Shed));
    }
}
