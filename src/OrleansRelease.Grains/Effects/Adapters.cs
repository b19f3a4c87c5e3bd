using OrleansRelease.Ports.Metrics;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traces;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Grains.Effects;

/// <summary>The adapters of this server by the names that connections use.</summary>
internal sealed class Adapters(
    IEnumerable<ITarget> targets, IEnumerable<ITraffic> traffic, IEnumerable<IMetrics> metrics,
    IEnumerable<IMetricRanges> ranges, IEnumerable<ITraces> traces)
{
    private readonly Dictionary<string, ITarget> _targets = targets.ToDictionary(t => t.Name);
    private readonly Dictionary<string, ITraffic> _traffic = traffic.ToDictionary(t => t.Name);
    private readonly Dictionary<string, IMetrics> _metrics = metrics.ToDictionary(m => m.Name);
    private readonly Dictionary<string, IMetricRanges> _ranges = ranges.ToDictionary(r => r.Name);
    private readonly Dictionary<string, ITraces> _traces = traces.ToDictionary(t => t.Name);

    public ITarget? Target(string name) => _targets.GetValueOrDefault(name);

    public ITraffic? Traffic(string name) => _traffic.GetValueOrDefault(name);

    public IMetrics? Metrics(string name) => _metrics.GetValueOrDefault(name);

    public IMetricRanges? Ranges(string name) => _ranges.GetValueOrDefault(name);

    public ITraces? Traces(string name) => _traces.GetValueOrDefault(name);
}
