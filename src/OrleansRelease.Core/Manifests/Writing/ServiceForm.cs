namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Kind Service in the long form.</summary>
internal static class ServiceForm
{
    public static TextNode Of(ServiceSpec spec) => new MapBuilder()
        .Add("owner", spec.Owner)
        .Add("runbook", spec.Runbook)
        .Add("artifact", spec.Artifact)
        .AddList("dependsOn", spec.DependsOn, dependency => new MapBuilder()
            .Add("service", dependency.Service.ToString())
            .Add("atLeast", dependency.AtLeast?.ToString())
            .ToMap())
        .Add("workload", Workload(spec.Workload))
        .Add("readiness", Readiness(spec.Readiness))
        .Add("strategy", StrategyForm.Of(spec.Strategy))
        .Add("rollback", Rollback(spec.Rollback))
        .Add("requestTimeout", spec.RequestTimeout)
        .AddList("slos", spec.Slos, Slo)
        .Add("degradationBudget", AnalysisForm.Quantity(spec.DegradationBudget))
        .AddList<string>("minimumTelemetry", spec.MinimumTelemetry, name => new TextNode.Scalar(name))
        .AddMap("environments", spec.Environments, Overrides)
        .ToMap();

    public static TextNode? Readiness(ReadinessSpec? spec) => spec is null ? null : new MapBuilder()
        .Add("path", spec.Path)
        .Add("within", spec.Within)
        .Add("warmUp", spec.WarmUp)
        .ToMap();

    public static TextNode? Rollback(RollbackSpec? spec) => spec is null ? null : new MapBuilder()
        .Add("within", spec.Within)
        .Add("undecided", spec.Undecided is not { } undecided ? null : new MapBuilder()
            .Add("hold", undecided.Hold)
            .Add("then", undecided.Then is { } then ? Reading.Texts.ToWord(then.ToString()) : null)
            .ToMap())
        .Add("keepPrevious", spec.KeepPrevious)
        .Add("shed", spec.Shed is not { } shed ? null : new MapBuilder()
            .Add("capacityPerInstance", (int?)shed.CapacityPerInstance)
            .Add("retryAfter", shed.RetryAfter)
            .Add("header", shed.Header)
            .AddList<string>("low", shed.Low, value => new TextNode.Scalar(value))
            .ToMap())
        .ToMap();

    private static TextNode Slo(SloSpec slo) => new MapBuilder()
        .Add("name", slo.Name)
        .Add("objective", AnalysisForm.Quantity(slo.Objective))
        .Add("window", slo.Window)
        .Add("metric", slo.Metric)
        .Add("budgeting", slo.Budgeting is { } budgeting ? Reading.Texts.ToWord(budgeting.ToString()) : null)
        .ToMap();

    private static TextNode? Workload(WorkloadSpec? spec) => spec is null ? null : new MapBuilder()
        .Add("process", spec.Process is not { } process ? null : new MapBuilder()
            .AddList<string>("command", process.Command, part => new TextNode.Scalar(part))
            .ToMap())
        .ToMap();

    private static TextNode Overrides(ServiceOverrides overrides) => new MapBuilder()
        .Add("workload", Workload(overrides.Workload))
        .Add("readiness", Readiness(overrides.Readiness))
        .Add("strategy", StrategyForm.Of(overrides.Strategy))
        .Add("rollback", Rollback(overrides.Rollback))
        .Add("requestTimeout", overrides.RequestTimeout)
        .AddList("slos", overrides.Slos, Slo)
        .Add("degradationBudget", AnalysisForm.Quantity(overrides.DegradationBudget))
        .AddList<string>("minimumTelemetry", overrides.MinimumTelemetry, name => new TextNode.Scalar(name))
        .ToMap();
}
