using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>The environment's connections with every limit that the adapters work by.</summary>
internal sealed class ConnectionResolver(Ledger ledger, Fill fill)
{
    private const string Origin = "environment";

    /// <summary>Besides readiness and warm-up: starting, and noticing that it is ready.</summary>
    private static readonly TimeSpan StartMargin = TimeSpan.FromSeconds(5);

    private static readonly EffectLimits Retire = new(TimeSpan.FromSeconds(30), 3, TimeSpan.FromSeconds(1));

    private static readonly EffectLimits TrafficLimits = new(TimeSpan.FromSeconds(5), 3, TimeSpan.FromSeconds(1));

    public TargetConnection? Target(
        TargetChoice? target, ProcessWorkload? workload, string workloadOrigin, Readiness readiness)
    {
        var deploy = new EffectLimits(
            readiness.Within + readiness.WarmUp + StartMargin, 2, TimeSpan.FromSeconds(1));
        switch (target)
        {
            case TargetChoice.Process process:
                return Process(process, workload, workloadOrigin, deploy);
            case TargetChoice.Webhook webhook:
                return Webhook(webhook, deploy);
            case TargetChoice.Memory:
                ledger.Note("connections.target.memory", "{}", Origin);
                return new TargetConnection(
                    "memory", ImmutableSortedDictionary<string, string>.Empty, Command(workload, workloadOrigin),
                    Repeat.Absolute, Fencing.Stored, deploy, Retire);
            default:
                ledger.Refuse(RefusalCodes.NoTarget, "the environment does not say where services run",
                    "spec:\n  connections:\n    target: {process: {replicas: 1}}");
                return null;
        }
    }

    private TargetConnection Process(
        TargetChoice.Process process, ProcessWorkload? workload, string workloadOrigin, EffectLimits deploy)
    {
        const string path = "connections.target.process";
        var settings = ImmutableSortedDictionary<string, string>.Empty
            .Add(ProcessWords.Replicas, Ledger.Plain(
                ledger.Pick($"{path}.replicas", Ledger.Plain, BuiltIn.Replicas, [(process.Replicas, Origin)])))
            .Add(VersionEndpoint.Setting, ledger.PickText(
                $"{path}.versionPath", VersionEndpoint.BuiltInPath, [(process.VersionPath, Origin)]));
        if (process.WorkingDirectory is { } directory)
        {
            ledger.Note($"{path}.workingDirectory", directory, Origin);
            settings = settings.Add(ProcessWords.WorkingDirectory, directory);
        }

        if (workload is null)
        {
            ledger.Refuse(RefusalCodes.NoWorkload,
                $"the service does not say how it runs as a process, and {fill.Environment} runs processes",
                "spec:\n  workload:\n    process: {command: [dotnet, \"{{version}}/App.dll\", \"--port={{port}}\"]}");
        }

        return new TargetConnection(
            ProcessWords.Target, settings, Command(workload, workloadOrigin), Repeat.Absolute, Fencing.Stored,
            Limits($"{path}.deploy", process.Deploy, deploy), Limits($"{path}.retire", process.Retire, Retire));
    }

    // What is repeated carries the same id; what was overtaken is kept out by the endpoint's memory, or by waiting.
    private TargetConnection Webhook(TargetChoice.Webhook webhook, EffectLimits deploy)
    {
        const string path = "connections.target.webhook";
        ledger.Note($"{path}.url", webhook.Url, Origin);
        Secret($"{path}.key", webhook.Key);
        var storesFences = ledger.Pick(
            $"{path}.storesFences", said => said ? "true" : "false", false, [(webhook.StoresFences, Origin)]);
        var settings = ImmutableSortedDictionary<string, string>.Empty
            .Add(VersionEndpoint.Setting, ledger.PickText(
                $"{path}.versionPath", VersionEndpoint.BuiltInPath, [(webhook.VersionPath, Origin)]));
        return new TargetConnection(
            WebhookWords.Target, settings, [], Repeat.ById, storesFences ? Fencing.Stored : Fencing.None,
            Limits($"{path}.deploy", webhook.Deploy, deploy), Limits($"{path}.retire", webhook.Retire, Retire),
            new Uri(fill.Address(webhook.Url)), webhook.Key);
    }

    public TrafficConnection? Traffic(TrafficChoice? traffic)
    {
        switch (traffic)
        {
            case TrafficChoice.Yarp yarp:
                ledger.Note("connections.traffic.yarp.admin", yarp.Admin, Origin);
                Secret("connections.traffic.yarp.token", yarp.Token);
                return new TrafficConnection(
                    TrafficConnection.Router, new Uri(fill.Address(yarp.Admin)), yarp.Token, Repeat.Absolute,
                    Fencing.Stored,
                    Limits("connections.traffic.yarp", yarp.Retry, TrafficLimits));
            case TrafficChoice.Memory:
                ledger.Note("connections.traffic.memory", "{}", Origin);
                return new TrafficConnection("memory", null, null, Repeat.Absolute, Fencing.Stored, TrafficLimits);
            default:
                ledger.Refuse(RefusalCodes.NoTraffic,
                    "the environment does not say what shares requests between versions",
                    "spec:\n  connections:\n    traffic: {yarp: {admin: URL, token: {file: PATH}}}");
                return null;
        }
    }

    public MetricsConnection? Metrics(MetricsChoice? metrics)
    {
        switch (metrics)
        {
            case MetricsChoice.Http http:
                ledger.Note("connections.metrics.http.url", http.Url, Origin);
                Secret("connections.metrics.http.bearer", http.Bearer);
                var delay = ledger.Pick(
                    "connections.metrics.http.delay", Duration.Format, BuiltIn.MetricsDelay, [(http.Delay, Origin)]);
                return new MetricsConnection("http", new Uri(fill.Address(http.Url)), http.Bearer, delay);
            case MetricsChoice.Prometheus prometheus:
                return Prometheus(prometheus);
            case MetricsChoice.Memory:
                ledger.Note("connections.metrics.memory", "{}", Origin);
                return new MetricsConnection("memory", null, null, TimeSpan.Zero);
            default:
                return null;
        }
    }

    private MetricsConnection Prometheus(MetricsChoice.Prometheus prometheus)
    {
        const string path = "connections.metrics.prometheus";
        ledger.Note($"{path}.url", prometheus.Url, Origin);
        ledger.NoteAccess(
            path, (prometheus.Bearer, prometheus.Basic, prometheus.Ca, prometheus.Certificate), Origin);
        return new MetricsConnection(
            MetricsConnection.Prometheus, new Uri(fill.Address(prometheus.Url)), prometheus.Bearer,
            ledger.Pick($"{path}.scrapeInterval", Duration.Format, BuiltIn.ScrapeInterval,
                [(prometheus.ScrapeInterval, Origin)]),
            prometheus.Basic, prometheus.Ca, prometheus.Certificate,
            ledger.Pick($"{path}.maxConcurrent", Ledger.Plain, BuiltIn.MaxConcurrentQueries,
                [(prometheus.MaxConcurrent, Origin)]));
    }

    private EffectLimits Limits(string path, RetrySpec? said, EffectLimits builtIn) => new(
        ledger.Pick($"{path}.timeout", Duration.Format, builtIn.Timeout, [(said?.Timeout, Origin)]),
        ledger.Pick($"{path}.attempts", Ledger.Plain, builtIn.Attempts, [(said?.Attempts, Origin)]),
        ledger.Pick($"{path}.backoff", Duration.Format, builtIn.Backoff, [(said?.Backoff, Origin)]));

    private ImmutableArray<string> Command(ProcessWorkload? workload, string origin)
    {
        if (workload is null) return [];
        for (var i = 0; i < workload.Command.Length; i++)
            ledger.Note($"workload.process.command[{i}]", workload.Command[i], origin);
        return [.. workload.Command.Select(fill.Argument)];
    }

    private void Secret(string path, SecretRef? secret) => ledger.NoteSecret(path, secret, Origin);
}
