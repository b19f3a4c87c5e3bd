using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>
/// What holds for one service in one environment: Service.environments[e], then Service, then Environment.defaults,
/// then what is built in.
/// </summary>
internal sealed class SlotResolver
{
    private const string EnvironmentOrigin = "environment";

    private readonly ServiceManifest _service;
    private readonly EnvironmentManifest _environment;
    private readonly ImmutableArray<Layer> _layers;
    private readonly Func<string, AnalysisTemplateManifest?> _template;
    private readonly Func<string, StrategyManifest?> _strategy;
    private readonly MetricResolver _metrics;
    private readonly Ledger _ledger;
    private readonly Fill _fill;
    private ImmutableArray<AnalysisUse> _uses = [];

    public SlotResolver(
        ServiceManifest service, EnvironmentManifest environment,
        Func<string, AnalysisTemplateManifest?> template, Func<string, StrategyManifest?> strategy,
        Func<string, MonitorManifest?>? monitor, Ledger ledger, Fill fill)
    {
        (_service, _environment, _ledger, _fill) = (service, environment, ledger, fill);
        (_template, _strategy) = (template, strategy);
        _metrics = new MetricResolver(
            template, environment.Spec.Connections?.Metrics, ledger, fill, monitor ?? (_ => null));
        _layers = Layer.Of(service, environment);
    }

    public SlotResolution Resolve()
    {
        NoteIfSaid("owner", _service.Spec.Owner);
        NoteIfSaid("runbook", _service.Spec.Runbook);
        var requires = Requires();
        var readiness = new Readiness(
            _ledger.PickText("readiness.path", BuiltIn.Readiness.Path, Said(layer => layer.Readiness?.Path)),
            Time("readiness.within", BuiltIn.Readiness.Within, layer => layer.Readiness?.Within),
            Time("readiness.warmUp", BuiltIn.Readiness.WarmUp, layer => layer.Readiness?.WarmUp));
        var (name, steps, background) = ResolvedStrategy();
        RefuseWithoutUndo(steps);
        var slos = new SloResolver(_template, _environment.Spec.Connections?.Metrics, _ledger, _fill).Resolve(
            Said(layer => layer.Slos).FirstOrDefault(layer => layer.Value is not null), _uses);
        var degradation = slos.IsEmpty
            ? null
            : _ledger.PickIfSaid("degradationBudget", said => said.ToString(),
                Said(layer => layer.DegradationBudget));
        var within = Time("rollback.within", BuiltIn.RollbackWithin, layer => layer.Rollback?.Within);
        var undecided = new UndecidedRule(
            Time("rollback.undecided.hold", BuiltIn.Undecided.Hold, layer => layer.Rollback?.Undecided?.Hold),
            _ledger.Pick("rollback.undecided.then", Word, BuiltIn.Undecided.Then,
                Said(layer => layer.Rollback?.Undecided?.Then)));
        var keep = Time("rollback.keepPrevious", BuiltIn.KeepPrevious, layer => layer.Rollback?.KeepPrevious);
        var shed = Shed();
        var maxParallel = _ledger.Pick("maxParallel", Ledger.Plain, BuiltIn.MaxParallel,
            [(_environment.Spec.MaxParallel, EnvironmentOrigin)]);
        var whenBusy = _ledger.Pick("whenBusy", Word, BuiltIn.WhenBusy,
            [(_environment.Spec.WhenBusy, EnvironmentOrigin)]);
        var (connections, trail) = (new ConnectionResolver(_ledger, _fill), new TrailResolver(_ledger, _fill));
        var (choice, workload) =
            (_environment.Spec.Connections, _layers.FirstOrDefault(layer => layer.Process is not null));
        var resolution = new SlotResolution(
            name, steps, background, readiness, undecided, within, keep, whenBusy, maxParallel,
            connections.Target(choice?.Target, workload?.Process, workload?.Origin ?? "", readiness),
            Traffic(connections, choice?.Traffic), connections.Metrics(choice?.Metrics), requires, slos,
            degradation is { } share ? SloResolver.Plain(share) : null, MinimumTelemetry(steps, background),
            trail.Traces(choice?.Traces), trail.Links(_environment.Spec.Links), shed);
        Soundness.Check(resolution, _ledger);
        return resolution;
    }

    // A service that is only named orders what moves together, and nothing here.
    private ImmutableArray<Requirement> Requires()
    {
        var all = _service.Spec.DependsOn ?? [];
        for (var i = 0; i < all.Length; i++)
        {
            _ledger.Note($"dependsOn[{i}].service", $"{all[i].Service}", Layer.ServiceOrigin);
            if (all[i].AtLeast is { } least) _ledger.Note($"dependsOn[{i}].atLeast", $"{least}", Layer.ServiceOrigin);
        }

        var requires = Requirements.Of(_service);
        if (requires.Length > Requirement.Most)
        {
            _ledger.Refuse(RefusalCodes.BadLimit, $"{_service.Name} requires {requires.Length} services",
                $"at most {Requirement.Most} with atLeast");
        }

        // Read by a version of the program that did not compare them.
        foreach (var requirement in requires.Where(one => SemanticVersion.Of(one.AtLeast) is null))
        {
            _ledger.Refuse(RefusalCodes.BadVersion,
                $"{_service.Name} requires {requirement}: only semantic versions can be compared",
                $"atLeast: {SemanticVersion.Shape}");
        }

        return requires;
    }

    // Of what judges nothing nobody need have numbers.
    private ImmutableArray<string> MinimumTelemetry(ImmutableArray<Step> steps, ImmutableArray<MetricSpec> background)
    {
        var (said, origin) = Said(layer => layer.MinimumTelemetry).FirstOrDefault(layer => layer.Value is not null);
        if (said is not { } names) return [];
        var judged = background.Concat(steps.OfType<Step.Analyse>().SelectMany(step => step.Metrics))
            .Select(metric => metric.Name).Distinct().ToList();
        for (var i = 0; i < names.Length; i++)
        {
            _ledger.Note($"minimumTelemetry[{i}]", names[i], origin);
            if (judged.Contains(names[i])) continue;
            _ledger.Refuse(RefusalCodes.UnknownMetric,
                $"minimumTelemetry names {names[i]}, which judges nothing here",
                Words.Nearest(names[i], judged) ?? "one of " + string.Join(", ", judged));
        }

        return names;
    }

    // Only what sends requests can end them.
    private TrafficConnection? Traffic(ConnectionResolver connections, TrafficChoice? choice)
    {
        var traffic = connections.Traffic(choice);
        return traffic?.Url is null
            ? traffic
            : traffic with
            {
                RequestTimeout = Time("requestTimeout", BuiltIn.RequestTimeout, layer => layer.RequestTimeout),
            };
    }

    private (string Name, ImmutableArray<Step> Steps, ImmutableArray<MetricSpec> Background) ResolvedStrategy()
    {
        var layer = _layers.FirstOrDefault(layer => layer.Strategy is not null);
        var choice = layer?.Strategy ?? new StrategyChoice.Named(BuiltIn.Strategy);
        var origin = layer?.Origin ?? Ledger.BuiltInOrigin;
        var (name, body, bodyOrigin) = Body(choice, origin);
        _ledger.Note("strategy.name", name, origin);
        var (uses, usesOrigin) = (body.Analysis, _environment.Spec.Defaults?.Analysis) switch
        {
            ({ } own, _) => (own, bodyOrigin),
            (_, { } otherwise) => (otherwise, Layer.DefaultsOrigin),
            _ => (BuiltIn.Analysis, Ledger.BuiltInOrigin),
        };
        _uses = uses;
        var background = _metrics.Resolve(uses, "strategy.analysis", usesOrigin, count: null);
        if (uses.IsEmpty) RefuseWithoutAnalysis(usesOrigin);
        return (name, new StepResolver(_metrics, _ledger, _fill).Resolve(body, bodyOrigin), background);
    }

    private (string Name, StrategyBody Body, string Origin) Body(StrategyChoice choice, string origin)
    {
        switch (choice)
        {
            case StrategyChoice.Written written:
                return (written.Body.BuiltInName, written.Body, origin);
            case StrategyChoice.Named named when BuiltIn.Strategies.TryGetValue(named.Name, out var builtIn):
                return (named.Name, builtIn, Ledger.BuiltInOrigin);
            case StrategyChoice.Named named when _strategy(named.Name) is { } found:
                return (named.Name, found.Spec, $"strategy {named.Name}");
            case StrategyChoice.Named named:
                _ledger.Refuse(RefusalCodes.UnknownStrategy, $"there is no Strategy {named.Name}, used by {origin}",
                    "canary, all-at-once, or apply a manifest of kind Strategy of that name");
                return (named.Name, new StrategyBody.AllAtOnce(), origin);
            default:
                throw new UnreachableException();
        }
    }

    private void RefuseWithoutAnalysis(string origin) => _ledger.Refuse(
        RefusalCodes.NoAnalysis, $"nothing judges the new version: {origin} says analysis: []",
        origin == Layer.DefaultsOrigin
            ? "spec:\n  defaults:\n    analysis: [router-errors, restarts]"
            : "strategy:\n  canary:\n    analysis: [router-errors, restarts]");

    private void RefuseWithoutUndo(ImmutableArray<Step> steps)
    {
        if (_environment.Spec.RequireUndo is not true) return;
        _ledger.Note("requireUndo", "true", EnvironmentOrigin);
        foreach (var step in steps.OfType<Step.Hook>().Where(step => step.Call.Undo is null))
        {
            _ledger.Refuse(RefusalCodes.HookWithoutUndo,
                $"hook {step.Call.Name} is not undone by a way back, and {_fill.Environment} wants it to be",
                "undo: {} on the hook, or requireUndo: false in the Environment");
        }
    }

    // As a whole: what one place says of it fits nothing that another one does.
    private ShedRule? Shed()
    {
        var (said, origin) = Said(layer => layer.Rollback?.Shed).FirstOrDefault(layer => layer.Value is not null);
        if (said is null) return null;
        _ledger.Note("rollback.shed.capacityPerInstance", Ledger.Plain(said.CapacityPerInstance), origin);
        return new(
            said.CapacityPerInstance,
            _ledger.Pick(
                "rollback.shed.retryAfter", Duration.Format, BuiltIn.Shed.RetryAfter, [(said.RetryAfter, origin)]),
            _ledger.PickText("rollback.shed.header", BuiltIn.Shed.Header, [(said.Header, origin)]),
            _ledger.Pick(
                "rollback.shed.low", low => string.Join(", ", low), BuiltIn.Shed.Low, [(said.Low, origin)]));
    }

    private TimeSpan Time(string path, TimeSpan builtIn, Func<Layer, TimeSpan?> of) =>
        _ledger.Pick(path, Duration.Format, builtIn, Said(of));

    private IEnumerable<(T Value, string Origin)> Said<T>(Func<Layer, T> of) =>
        _layers.Select(layer => (of(layer), layer.Origin));

    private void NoteIfSaid(string path, string? value)
    {
        if (value is not null) _ledger.Note(path, value, Layer.ServiceOrigin);
    }

    private static string Word<T>(T word)
        where T : struct, Enum => Texts.ToWord(word.ToString());
}

/// <summary>What one place says about a slot; the first place that says something wins.</summary>
internal sealed record Layer(
    string Origin, StrategyChoice? Strategy, ReadinessSpec? Readiness, RollbackSpec? Rollback,
        ProcessWorkload? Process, TimeSpan? RequestTimeout, ImmutableArray<SloSpec>? Slos = null,
        Quantity? DegradationBudget = null, ImmutableArray<string>? MinimumTelemetry = null)
{
    public const string ServiceOrigin = "service";
    public const string DefaultsOrigin = "environment.defaults";

    public static ImmutableArray<Layer> Of(ServiceManifest service, EnvironmentManifest environment)
    {
        var here = service.Spec.Environments?.GetValueOrDefault(environment.Name);
        var (own, otherwise) = (service.Spec, environment.Spec.Defaults);
        return
        [
            new Layer($"service.environments.{environment.Name}",
                here?.Strategy, here?.Readiness, here?.Rollback, here?.Workload?.Process,
                here?.RequestTimeout, here?.Slos, here?.DegradationBudget, here?.MinimumTelemetry),
            new Layer(ServiceOrigin, own.Strategy, own.Readiness, own.Rollback, own.Workload?.Process,
                own.RequestTimeout, own.Slos, own.DegradationBudget, own.MinimumTelemetry),
            new Layer(DefaultsOrigin, otherwise?.Strategy, otherwise?.Readiness, otherwise?.Rollback, null,
                otherwise?.RequestTimeout),
        ];
    }
}

/// <summary>A rollout but for its version.</summary>
internal sealed record SlotResolution(
    string StrategyName, ImmutableArray<Step> Steps, ImmutableArray<MetricSpec> Background, Readiness Readiness,
    UndecidedRule Undecided, TimeSpan RollbackWithin, TimeSpan KeepPrevious, WhenBusy WhenBusy, int MaxParallel,
    TargetConnection? Target, TrafficConnection? Traffic, MetricsConnection? Metrics,
    ImmutableArray<Requirement> Requires, ImmutableArray<Slo> Slos, decimal? DegradationBudget,
    ImmutableArray<string> MinimumTelemetry, TracesConnection? Traces, TrailLinks? Links, ShedRule? Shed);
