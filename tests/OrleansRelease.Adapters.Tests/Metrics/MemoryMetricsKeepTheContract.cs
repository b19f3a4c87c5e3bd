using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics;

public sealed class MemoryMetricsKeepTheContract : MetricsContract
{
    private readonly Dictionary<string, double> _numbers = [];
    private readonly MemoryMetrics _metrics = new();

    public MemoryMetricsKeepTheContract() =>
        _metrics.Numbers = (text, _) => _numbers.TryGetValue(text, out var number) ? number : null;

    private protected override IMetrics Metrics => _metrics;

    private protected override MetricsConnection Connection { get; } = new("memory", null, null, TimeSpan.Zero);

    private protected override void Give(string name, double value) => _numbers[name] = value;

    private protected override string Text(string name) => name;

    private protected override void Break(SourceFault fault) => _metrics.Faults = _ => fault switch
    {
        SourceFault.Dead => new MetricsFault.Dead(),
        SourceFault.Slow => new MetricsFault.Slow(TimeSpan.FromMinutes(1)),
        SourceFault.Malformed => new MetricsFault.Malformed(),
        SourceFault.Empty => new MetricsFault.Empty(),
        SourceFault.NaN => new MetricsFault.NaN(),
        _ => new MetricsFault.Misspelt(),
    };
}
