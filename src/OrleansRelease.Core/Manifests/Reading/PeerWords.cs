using System.Collections.Frozen;
using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>
/// Answers words that are not of this language: a peer's word with ours, another with the nearest of ours.
/// </summary>
internal static class PeerWords
{
    private static readonly FrozenDictionary<string, string> Ours = new Dictionary<string, string>
    {
        // Argo Rollouts
        ["successCondition"] = "max: or min: with the limit, such as max: 5%",
        ["failureCondition"] = "failAbove: with the limit beside max:",
        ["provider"] = "query: TEXT or ratio: {…} on the metric; the address is the Environment's connections.metrics",
        ["templates"] = "analysis: [NAME], a list of AnalysisTemplate names",
        ["templateName"] = "template: NAME",
        ["clusterScope"] = "template: NAME alone, every AnalysisTemplate is visible everywhere",
        ["setCanaryScale"] = "nothing: the target runs what the weight needs",
        ["setHeaderRoute"] = "setWeight: PERCENT, routes by header do not exist",
        ["setMirrorRoute"] = "setWeight: PERCENT, mirroring does not exist",
        ["experiment"] = "analysis: [NAME] beside the steps",
        ["startingStep"] = "nothing: background analysis begins with the first request on the new version",
        ["canaryService"] = "connections.traffic in the Environment",
        ["stableService"] = "connections.traffic in the Environment",
        ["trafficRouting"] = "connections.traffic in the Environment",
        ["trafficWeight"] = "setWeight: PERCENT",
        ["weight"] = "setWeight: PERCENT",
        ["maxSurge"] = "strategy: canary with weights, surge is the target's business",
        ["maxUnavailable"] = "strategy: canary with weights, the old version keeps running until the end",
        ["progressDeadlineSeconds"] = "readiness: {within: 2m}",
        ["minReadySeconds"] = "readiness: {warmUp: 30s}",
        ["scaleDownDelaySeconds"] = "rollback: {keepPrevious: 30m}",
        ["abortScaleDownDelaySeconds"] = "rollback: {keepPrevious: 30m}",
        ["revisionHistoryLimit"] = "rollback: {keepPrevious: 30m}",
        ["autoPromotionEnabled"] = "pause: {} as a step, it waits for a person's promote",
        ["prePromotionAnalysis"] = "analysis: [NAME], it runs in the background from the first request on",
        ["postPromotionAnalysis"] = "verify: 10m, the time at 100 % that is still judged",
        ["workloadRef"] = "workload: {process: {command: […]}}",
        ["replicas"] = "connections.target.process.replicas in the Environment",
        ["selector"] = "workload: {process: {command: […]}}",
        ["valueFrom"] = "the value itself, or for a secret {env: NAME} or {file: PATH}",
        ["secretKeyRef"] = "{env: NAME} or {file: PATH}",
        ["namespace"] = "nothing: names are unique per kind, environments take the place of namespaces",
        ["annotations"] = "labels",
        // Flagger
        ["stepWeight"] = "weights: [5, 25, 50] and each: 5m",
        ["stepWeights"] = "weights: [5, 25, 50] and each: 5m",
        ["maxWeight"] = "weights: [5, 25, 50], the last one is the highest before 100 %",
        ["threshold"] = "failureLimit: how many measurements may fail, or max:/min: for the limit of one",
        ["thresholdRange"] = "max: or min: with the limit",
        ["iterations"] = "count: how many measurements",
        ["targetRef"] = "workload: {process: {command: […]}}",
        ["canaryAnalysis"] = "analysis: [NAME]",
        ["templateRef"] = "template: NAME in an analysis, or query: TEXT on the metric itself",
        ["sessionAffinity"] = "stickiness, which is not yet supported",
        ["mirror"] = "setWeight: PERCENT, mirroring does not exist",
        ["webhooks"] = "hook: {name: NAME, url: URL, key: {file: PATH}} among the steps",
        ["skipAnalysis"] = "dryRun: true on a metric",
        // Kargo
        ["analysisTemplates"] = "analysis: [NAME]",
        ["verification"] = "verify: 10m and analysis: [NAME]",
        ["requestedFreight"] = "nothing: a rollout brings the version",
        ["promotionTemplate"] = "strategy: NAME",
        ["promotionMechanisms"] = "strategy: NAME",
        ["requiredSoakTime"] = "after: [{environment: NAME, soak: 2h}]",
        // OpenSLO
        ["timeWindow"] = "window: 30d",
        ["budgetingMethod"] = "budgeting: occurrences",
        ["indicatorRef"] = "metric: TEMPLATE/METRIC",
        // Everybody
        ["scrapeInterval"] = "delay: 15s, how old the newest number may be",
        ["image"] = "artifact: where the versions live, without the version",
        ["version"] = "nothing: a rollout brings the version",
        ["timeoutSeconds"] = "within: 2m in readiness, timeout: 5s on a metric",
        ["intervalSeconds"] = "interval: 1m",
        ["initialDelaySeconds"] = "warmUp: 30s in readiness, initialDelay: 30s on a metric",
        ["password"] = "{env: NAME} or {file: PATH}",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Knows(string word) => Ours.ContainsKey(word);

    /// <summary>Answers a field that stands where it is not known.</summary>
    public static void ReportUnknown(Field field, string name, IReadOnlyList<string> known)
    {
        var expected = Ours.TryGetValue(name, out var ours) ? ours
            : field.Nearest(name, known) is { } nearest ? $"{nearest}, the nearest word"
            : Listed(known);
        field.ReportKey(ProblemCode.UnknownField, $"{Shown.Of(name)} is not a word here", expected);
    }

    /// <summary>Answers a peer's words in an object that stands where a list or a value should.</summary>
    public static bool Report(Field field, YamlNode.Mapping mapping)
    {
        var peers = mapping.Entries.Where(entry => Knows(entry.Key)).ToList();
        foreach (var entry in peers) ReportUnknown(field.Child(entry.Key, entry), entry.Key, []);
        return peers.Count > 0;
    }

    private static string Listed(IReadOnlyList<string> known) => known.Count switch
    {
        0 => "nothing here",
        1 => known[0],
        _ => "one of " + string.Join(", ", known),
    };
}
