using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>The default connection of each role: one adapter each.</summary>
internal static class ConnectionReader
{
    private const int MaxAttempts = 100;

    private static readonly TimeSpan MinBackoff = TimeSpan.FromMilliseconds(100);

    private const string TargetShape =
        "process: {replicas: 1}, webhook: {url: URL, key: {file: PATH}} or memory: {}";

    private const string TrafficShape = "yarp: {admin: URL, token: {file: PATH}} or memory: {}";

    public static ConnectionsSpec? Read(Field? field)
    {
        if (field?.Object("target:, traffic:, metrics: and traces:") is not { } fields) return null;
        var connections = new ConnectionsSpec(
            Target(fields.Take("target")), Traffic(fields.Take("traffic")), MetricsReader.Read(fields.Take("metrics")),
            TracesReader.Read(fields.Take("traces")));
        fields.End();
        return connections;
    }

    private static TargetChoice? Target(Field? field)
    {
        if (Adapter(field, ["process", "webhook", "memory"], ["kubernetes"], TargetShape) is not var (name, fields))
            return null;
        TargetChoice target = name switch
        {
            "memory" => new TargetChoice.Memory(),
            "webhook" => Webhook(fields),
            _ => new TargetChoice.Process(
                fields.Take("replicas")?.Whole(1, ProcessWords.MaxReplicas),
                fields.Take("versionPath")?.UrlPath(),
                fields.Take("workingDirectory")?.Text("the path of a directory"),
                Retry(fields.Take("deploy")),
                Retry(fields.Take("retire"))),
        };
        fields.End();
        return target;
    }

    private static TargetChoice.Webhook Webhook(Fields fields) => new(
        fields.Need("url", "url: the address that is asked to deploy, retire and observe")?.Address() ?? "",
        fields.Need("key", "key: {file: PATH}, what requests are signed with")?.Secret(),
        fields.Take("storesFences")?.Flag(),
        fields.Take("versionPath")?.UrlPath(),
        Retry(fields.Take("deploy")),
        Retry(fields.Take("retire")));

    private static TrafficChoice? Traffic(Field? field)
    {
        if (Adapter(field, ["yarp", "memory"], ["gatewayApi"], TrafficShape) is not var (name, fields)) return null;
        TrafficChoice traffic = name == "memory"
            ? new TrafficChoice.Memory()
            : new TrafficChoice.Yarp(
                fields.Need("admin", "admin: the address of the router's admin endpoint")?.Address() ?? "",
                fields.Take("token")?.Secret(),
                TakeRetry(fields));
        fields.End();
        return traffic;
    }

    /// <summary>The one adapter of a role, and its fields.</summary>
    public static (string Name, Fields Fields)? Adapter(Field? field, string[] names, string[] notYet, string shape)
    {
        if (field?.Object(shape) is not { } roles) return null;
        var one = roles.OneOf(names, notYet, shape);
        roles.End();
        return one is var (name, adapter) && adapter.Object(shape) is { } fields ? (name, fields) : null;
    }

    private static RetrySpec? Retry(Field? field)
    {
        if (field?.Object("{timeout: 30s, attempts: 3, backoff: 1s}") is not { } fields) return null;
        var retry = TakeRetry(fields);
        fields.End();
        return retry;
    }

    private static TimeSpan? Backoff(Field? field)
    {
        if (field?.Duration() is not { } backoff) return null;
        if (backoff >= MinBackoff) return backoff;
        field.Report(ProblemCode.BadDuration, "attempts would follow on each other without a pause",
            $"{Duration.Format(MinBackoff)} or more");
        return null;
    }

    public static RetrySpec? TakeRetry(Fields fields)
    {
        var retry = new RetrySpec(
            fields.Take("timeout")?.Duration(positive: true),
            fields.Take("attempts")?.Whole(1, MaxAttempts),
            Backoff(fields.Take("backoff")));
        return retry == new RetrySpec() ? null : retry;
    }
}
