using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Grains.Effects;

/// <summary>What makes two calls share a bulkhead: the same adapter at the same place.</summary>
internal static class Connections
{
    public const string Inside = "inside";

    // What is told of a freeze takes seconds, most of them waited, and so may what hundreds of manifests say of a
    // release, and one service that gets worse is told to all who move: nobody's start, permit or end stands behind
    // that.
    public static string Of(EffectAction told) => told switch
    {
        EffectAction.AnnounceFreeze freeze => $"announce/{freeze.Environment}",
        EffectAction.BeginPassage begin => $"begin/{begin.Passage.Environment}",
        EffectAction.TellFinding finding => $"tell/{finding.Degraded.Environment}",
        _ => Inside,
    };

    /// <summary>The same, with turns of its own: whoever plans takes none of those who judge what moves.</summary>
    public static string ToPlan(string connection) => $"plan/{connection}";

    public static string Of(RolloutSpec spec, TargetConnection target) => $"target/{target.Adapter}/{spec.Environment}";

    public static string Of(HookSpec hook) => $"hook/{hook.Url.GetLeftPart(UriPartial.Authority)}";

    public static string Of(RolloutSpec spec, TrafficConnection traffic) =>
        $"traffic/{traffic.Adapter}/{traffic.Url?.ToString() ?? spec.Environment.ToString()}";

    public static string Of(RolloutSpec spec, MetricsConnection metrics) =>
        $"metrics/{metrics.Adapter}/{metrics.Url?.ToString() ?? spec.Environment.ToString()}";

    // What is checked may be slow, and delays nobody's numbers, and no other monitor of another host.
    public static string Of(MetricSource.Monitor monitor) =>
        Uri.TryCreate(monitor.Check?.Url, UriKind.Absolute, out var url)
            ? $"monitor/{url.GetLeftPart(UriPartial.Authority)}"
            : Inside;

    public static string Of(RolloutSpec spec, TracesConnection traces) =>
        $"traces/{traces.Adapter}/{traces.Url?.GetLeftPart(UriPartial.Authority) ?? spec.Environment.ToString()}";
}
