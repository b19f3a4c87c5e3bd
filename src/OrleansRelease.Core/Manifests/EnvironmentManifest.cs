using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>Where services run.</summary>
public sealed record EnvironmentManifest(ManifestHead Metadata, EnvironmentSpec Spec)
    : Manifest(Metadata, ManifestKind.Environment);

/// <summary>
/// With <see cref="RequireUndo"/> nothing starts there that has a hook which no way back takes back.
/// </summary>
public sealed record EnvironmentSpec(
    string? Owner = null,
    int? MaxParallel = null,
    WhenBusy? WhenBusy = null,
    ConnectionsSpec? Connections = null,
    EnvironmentDefaults? Defaults = null,
    bool? RequireUndo = null,
    ImmutableArray<PromotionRule>? After = null,
    LinksSpec? Links = null);

/// <summary>
/// A release has to have completed in that environment, and to have been measured there for so long, before it begins
/// in this one.
/// </summary>
public sealed record PromotionRule(EnvironmentName Environment, TimeSpan? Soak = null);

/// <summary>The default connection of each role.</summary>
public sealed record ConnectionsSpec(
    TargetChoice? Target = null, TrafficChoice? Traffic = null, MetricsChoice? Metrics = null,
    TracesChoice? Traces = null);

/// <summary>Addresses that people open when something has failed: of logs, and of one trace.</summary>
public sealed record LinksSpec(string? Logs = null, string? Trace = null);

/// <summary>For services that say nothing.</summary>
public sealed record EnvironmentDefaults(
    StrategyChoice? Strategy = null,
    ImmutableArray<AnalysisUse>? Analysis = null,
    ReadinessSpec? Readiness = null,
    RollbackSpec? Rollback = null,
    TimeSpan? RequestTimeout = null);

/// <summary>How often an effect is tried and how long to wait in between, as far as it was said.</summary>
public sealed record RetrySpec(TimeSpan? Timeout = null, int? Attempts = null, TimeSpan? Backoff = null);

[JsonDerivedType(typeof(Process), "process")]
[JsonDerivedType(typeof(Webhook), "webhook")]
[JsonDerivedType(typeof(Memory), "memory")]
public abstract record TargetChoice
{
    private TargetChoice()
    {
    }

    /// <summary>Processes on this machine.</summary>
    public sealed record Process(
        int? Replicas = null, string? VersionPath = null, string? WorkingDirectory = null,
        RetrySpec? Deploy = null, RetrySpec? Retire = null) : TargetChoice;

    /// <summary>
    /// A team's own endpoint, asked over HTTP; with <see cref="StoresFences"/> it keeps the highest fence that it has
    /// accepted.
    /// </summary>
    public sealed record Webhook(
        string Url, SecretRef? Key = null, bool? StoresFences = null, string? VersionPath = null,
        RetrySpec? Deploy = null, RetrySpec? Retire = null) : TargetChoice;

    /// <summary>Nothing real: tests and simulations.</summary>
    public sealed record Memory : TargetChoice;
}

[JsonDerivedType(typeof(Yarp), "yarp")]
[JsonDerivedType(typeof(Memory), "memory")]
public abstract record TrafficChoice
{
    private TrafficChoice()
    {
    }

    /// <summary>The router of this project, by its admin endpoint.</summary>
    public sealed record Yarp(string Admin, SecretRef? Token = null, RetrySpec? Retry = null) : TrafficChoice;

    /// <summary>Nothing real: tests and simulations.</summary>
    public sealed record Memory : TrafficChoice;
}

[JsonDerivedType(typeof(Http), "http")]
[JsonDerivedType(typeof(Prometheus), "prometheus")]
[JsonDerivedType(typeof(Memory), "memory")]
public abstract record MetricsChoice
{
    private MetricsChoice()
    {
    }

    /// <summary>Numbers in JSON documents under one address.</summary>
    public sealed record Http(string Url, SecretRef? Bearer = null, TimeSpan? Delay = null) : MetricsChoice;

    /// <summary>Prometheus, or what answers as it does.</summary>
    public sealed record Prometheus(
        string Url, SecretRef? Bearer = null, BasicCredentials? Basic = null, SecretRef? Ca = null,
        ClientCertificate? Certificate = null, TimeSpan? ScrapeInterval = null, int? MaxConcurrent = null)
        : MetricsChoice;

    /// <summary>Nothing real: tests and simulations.</summary>
    public sealed record Memory : MetricsChoice;
}

[JsonDerivedType(typeof(Tempo), "tempo")]
[JsonDerivedType(typeof(Memory), "memory")]
public abstract record TracesChoice
{
    private TracesChoice()
    {
    }

    /// <summary>Grafana Tempo, or what answers as it does; the query is TraceQL.</summary>
    public sealed record Tempo(
        string Url, SecretRef? Bearer = null, BasicCredentials? Basic = null, SecretRef? Ca = null,
        ClientCertificate? Certificate = null, string? Tenant = null, string? Query = null) : TracesChoice;

    /// <summary>Nothing real: tests and simulations.</summary>
    public sealed record Memory : TracesChoice;
}
