using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>
/// What holds for one service in one environment: Service.environments[e], then Service, then Environment.defaults,
/// then what is built in.
/// </summary>
internal sealed class SlotResolver(
    ServiceManifest service, EnvironmentManifest environment,
    Func<string, AnalysisTemplateManifest?> template, Func<string, StrategyManifest?> strategy,
    Ledger ledger, Fill fill)
{
    private const string DefaultsOrigin = "environment.defaults";
    private const string ServiceOrigin = "service";

    private readonly ServiceOverrides? _here = service.Spec.Environments?.GetValueOrDefault(environment.Name);
    private readonly EnvironmentDefaults? _defaults = environment.Spec.Defaults;
    private readonly string _hereOrigin = $"service.environments.{environment.Name}";

    public SlotResolution Resolve()
    {
        NoteIfSaid("owner", service.Spec.Owner);
        NoteIfSaid("runbook", service.Spec.Runbook);
        var readiness = ResolvedReadiness();
        var (name, steps, background) = ResolvedStrategy();
        var (undecided, within, keepPrevious) = WayBack();
        var maxParallel = ledger.Pick("maxParallel", number => $"{number}", BuiltIn.MaxParallel, (environment.Spec.MaxParallel, "environment"));
        var whenBusy = ledger.Pick("whenBusy", word => Texts.ToWord(word.ToString()), BuiltIn.WhenBusy, (environment.Spec.WhenBusy, "environment"));
        var connections = new ConnectionResolver(ledger, fill);
        var (workload, workloadOrigin) = _here?.Workload?.Process is { } here
            ? (here, _hereOrigin)
            : (service.Spec.Workload?.Process, ServiceOrigin);
        var choice = environment.Spec.Connections;
        var metrics = connections.Metrics(choice?.Metrics);
        var resolution = new SlotResolution(
            name, steps, background, readiness, undecided, within, keepPrevious, whenBusy, maxParallel,
            connections.Target(choice?.Target, workload, workloadOrigin, readiness),
            connections.Traffic(choice?.Traffic), metrics);
        Soundness.Check(resolution, ledger);
        return resolution;
    }

    private Readiness ResolvedReadiness() => new(
        ledger.PickText("readiness.path", BuiltIn.Readiness.Path,
            (_here?.Readiness?.Path, _hereOrigin), (service.Spec.Readiness?.Path, ServiceOrigin), (_defaults?.Readiness?.Path, DefaultsOrigin)),
        Time("readiness.within", BuiltIn.Readiness.Within, _here?.Readiness?.Within, service.Spec.Readiness?.Within, _defaults?.Readiness?.Within),
        Time("readiness.warmUp", BuiltIn.Readiness.WarmUp, _here?.Readiness?.WarmUp, service.Spec.Readiness?.WarmUp, _defaults?.Readiness?.WarmUp));

    private (UndecidedRule Undecided, TimeSpan Within, TimeSpan KeepPrevious) WayBack()
    {
        var (here, own, otherwise) = (_here?.Rollback, service.Spec.Rollback, _defaults?.Rollback);
        var within = Time("rollback.within", BuiltIn.RollbackWithin, here?.Within, own?.Within, otherwise?.Within);
        var undecided = new UndecidedRule(
            Time("rollback.undecided.hold", BuiltIn.Undecided.Hold, here?.Undecided?.Hold, own?.Undecided?.Hold, otherwise?.Undecided?.Hold),
            ledger.Pick("rollback.undecided.then", word => Texts.ToWord(word.ToString()), BuiltIn.Undecided.Then,
                (here?.Undecided?.Then, _hereOrigin), (own?.Undecided?.Then, ServiceOrigin), (otherwise?.Undecided?.Then, DefaultsOrigin)));
        var keep = Time("rollback.keepPrevious", BuiltIn.KeepPrevious, here?.KeepPrevious, own?.KeepPrevious, otherwise?.KeepPrevious);
        return (undecided, within, keep);
    }

    private (string Name, ImmutableArray<Step> Steps, ImmutableArray<MetricSpec> Background) ResolvedStrategy()
    {
        var (choice, origin) = (_here?.Strategy, service.Spec.Strategy, _defaults?.Strategy) switch
        {
            ({ } here, _, _) => (here, _hereOrigin),
            (_, { } own, _) => (own, ServiceOrigin),
            (_, _, { } otherwise) => (otherwise, DefaultsOrigin),
            _ => (new StrategyChoice.Named(BuiltIn.Strategy), Ledger.BuiltInOrigin),
        };
        var (name, body, bodyOrigin) = Body(choice, origin);
        ledger.Note("strategy.name", name, origin);
        var said = body switch
        {
            StrategyBody.Canary canary => canary.Analysis,
            StrategyBody.AllAtOnce all => all.Analysis,
            _ => throw new UnreachableException(),
        };
        var (uses, usesOrigin) = (said, _defaults?.Analysis) switch
        {
            ({ } own, _) => (own, bodyOrigin),
            (_, { } otherwise) => (otherwise, DefaultsOrigin),
            _ => (BuiltIn.Analysis, Ledger.BuiltInOrigin),
        };
        var metrics = new MetricResolver(template, ledger, fill);
        var background = metrics.Resolve(uses, "strategy.analysis", usesOrigin, count: null);
        if (uses.IsEmpty) RefuseWithoutAnalysis(usesOrigin);
        return (name, new StepResolver(metrics, ledger).Resolve(body, bodyOrigin), background);
    }

    private (string Name, StrategyBody Body, string Origin) Body(StrategyChoice choice, string origin)
    {
        switch (choice)
        {
            case StrategyChoice.Written written:
                return (written.Body is StrategyBody.Canary ? BuiltIn.Strategy : "all-at-once", written.Body, origin);
            case StrategyChoice.Named named when BuiltIn.Strategies.TryGetValue(named.Name, out var builtIn):
                return (named.Name, builtIn, Ledger.BuiltInOrigin);
            case StrategyChoice.Named named when strategy(named.Name) is { } found:
                return (named.Name, found.Spec, $"strategy {named.Name}");
            case StrategyChoice.Named named:
                ledger.Refuse("unknown-strategy", $"there is no Strategy {named.Name}, used by {origin}",
                    "canary, all-at-once, or apply a manifest of kind Strategy of that name");
                return (named.Name, new StrategyBody.AllAtOnce(), origin);
            default:
                throw new UnreachableException();
        }
    }

    private void RefuseWithoutAnalysis(string origin) => ledger.Refuse(
        "no-analysis", $"nothing judges the new version: {origin} says analysis: []",
        origin == DefaultsOrigin
            ? "spec:\n  defaults:\n    analysis: [router-errors, restarts]"
            : "strategy:\n  canary:\n    analysis: [router-errors, restarts]");

    private TimeSpan Time(string path, TimeSpan builtIn, TimeSpan? here, TimeSpan? own, TimeSpan? otherwise) =>
        ledger.Pick(path, Duration.Format, builtIn, (here, _hereOrigin), (own, ServiceOrigin), (otherwise, DefaultsOrigin));

    private void NoteIfSaid(string path, string? value)
    {
        if (value is not null) ledger.Note(path, value, ServiceOrigin);
    }
}

/// <summary>A rollout but for its version.</summary>
internal sealed record SlotResolution(
    string StrategyName, ImmutableArray<Step> Steps, ImmutableArray<MetricSpec> Background, Readiness Readiness,
    UndecidedRule Undecided, TimeSpan RollbackWithin, TimeSpan KeepPrevious, WhenBusy WhenBusy, int MaxParallel,
    TargetConnection? Target, TrafficConnection? Traffic, MetricsConnection? Metrics);
