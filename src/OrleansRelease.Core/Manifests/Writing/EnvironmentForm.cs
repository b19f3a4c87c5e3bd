using System.Diagnostics;
using OrleansRelease.Core.Manifests.Reading;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Writing;

/// <summary>Kind Environment in the long form. A secret is written as the reference that it is.</summary>
internal static class EnvironmentForm
{
    public static TextNode Of(EnvironmentSpec spec) => new MapBuilder()
        .Add("owner", spec.Owner)
        .Add("maxParallel", spec.MaxParallel)
        .Add("whenBusy", spec.WhenBusy is { } word ? Texts.ToWord(word.ToString()) : null)
        .Add("requireUndo", spec.RequireUndo)
        .Add("connections", spec.Connections is not { } connections ? null : new MapBuilder()
            .Add("target", Target(connections.Target))
            .Add("traffic", Traffic(connections.Traffic))
            .Add("metrics", Metrics(connections.Metrics))
            .Add("traces", Traces(connections.Traces))
            .ToMap())
        .Add("defaults", spec.Defaults is not { } defaults ? null : new MapBuilder()
            .Add("strategy", StrategyForm.Of(defaults.Strategy))
            .AddList("analysis", defaults.Analysis, AnalysisForm.Use)
            .Add("readiness", ServiceForm.Readiness(defaults.Readiness))
            .Add("rollback", ServiceForm.Rollback(defaults.Rollback))
            .Add("requestTimeout", defaults.RequestTimeout)
            .ToMap())
        .AddList("after", spec.After, rule => new MapBuilder()
            .Add("environment", $"{rule.Environment}")
            .Add("soak", rule.Soak)
            .ToMap())
        .Add("links", spec.Links is not { } links ? null : new MapBuilder()
            .Add("logs", links.Logs)
            .Add("trace", links.Trace)
            .ToMap())
        .ToMap();

    private static TextNode.Map? Target(TargetChoice? target) => target switch
    {
        null => null,
        TargetChoice.Memory => Adapter("memory", new MapBuilder()),
        TargetChoice.Webhook webhook => Adapter("webhook", new MapBuilder()
            .Add("url", webhook.Url)
            .Add("key", Secret(webhook.Key))
            .Add("storesFences", webhook.StoresFences)
            .Add("versionPath", webhook.VersionPath)
            .Add("deploy", webhook.Deploy is { } deployed ? Retry(new MapBuilder(), deployed).ToMap() : null)
            .Add("retire", webhook.Retire is { } retired ? Retry(new MapBuilder(), retired).ToMap() : null)),
        TargetChoice.Process process => Adapter("process", new MapBuilder()
            .Add("replicas", process.Replicas)
            .Add("versionPath", process.VersionPath)
            .Add("workingDirectory", process.WorkingDirectory)
            .Add("deploy", process.Deploy is { } deploy ? Retry(new MapBuilder(), deploy).ToMap() : null)
            .Add("retire", process.Retire is { } retire ? Retry(new MapBuilder(), retire).ToMap() : null)),
        _ => throw new UnreachableException(),
    };

    private static TextNode.Map? Traffic(TrafficChoice? traffic) => traffic switch
    {
        null => null,
        TrafficChoice.Memory => Adapter("memory", new MapBuilder()),
        TrafficChoice.Yarp yarp => Adapter("yarp", Retry(
            new MapBuilder().Add("admin", yarp.Admin).Add("token", Secret(yarp.Token)),
                yarp.Retry ?? new RetrySpec())),
        _ => throw new UnreachableException(),
    };

    private static TextNode.Map? Metrics(MetricsChoice? metrics) => metrics switch
    {
        null => null,
        MetricsChoice.Memory => Adapter("memory", new MapBuilder()),
        MetricsChoice.Prometheus prometheus => Adapter("prometheus", Access(
            prometheus.Url, prometheus.Bearer, prometheus.Basic, prometheus.Ca, prometheus.Certificate)
            .Add("scrapeInterval", prometheus.ScrapeInterval)
            .Add("maxConcurrent", prometheus.MaxConcurrent)),
        MetricsChoice.Http http => Adapter("http", new MapBuilder()
            .Add("url", http.Url)
            .Add("bearer", Secret(http.Bearer))
            .Add("delay", http.Delay)),
        _ => throw new UnreachableException(),
    };

    private static TextNode.Map? Traces(TracesChoice? traces) => traces switch
    {
        null => null,
        TracesChoice.Memory => Adapter("memory", new MapBuilder()),
        TracesChoice.Tempo tempo => Adapter("tempo", Access(
            tempo.Url, tempo.Bearer, tempo.Basic, tempo.Ca, tempo.Certificate)
            .Add("tenant", tempo.Tenant)
            .Add("query", tempo.Query)),
        _ => throw new UnreachableException(),
    };

    public static MapBuilder Access(
        string url, SecretRef? bearer, BasicCredentials? basic, SecretRef? ca, ClientCertificate? certificate) =>
        new MapBuilder()
            .Add("url", url)
            .Add("bearer", Secret(bearer))
            .Add("basic", Basic(basic))
            .Add("ca", Secret(ca))
            .Add("clientCertificate", Certificate(certificate));

    private static TextNode.Map? Basic(BasicCredentials? basic) => basic is null ? null : new MapBuilder()
        .Add("user", basic.User).Add("password", Secret(basic.Password)).ToMap();

    private static TextNode.Map? Certificate(ClientCertificate? shown) => shown is null ? null : new MapBuilder()
        .Add("certificate", Secret(shown.Certificate)).Add("key", Secret(shown.Key)).ToMap();

    private static TextNode.Map Adapter(string name, MapBuilder settings) =>
        new MapBuilder().Add(name, settings.ToMap()).ToMap();

    public static MapBuilder Retry(MapBuilder settings, RetrySpec retry) => settings
        .Add("timeout", retry.Timeout)
        .Add("attempts", retry.Attempts)
        .Add("backoff", retry.Backoff);

    public static TextNode.Map? Secret(SecretRef? secret) => secret is null ? null : new MapBuilder()
        .Add("env", secret.Env)
        .Add("file", secret.File)
        .ToMap();
}
