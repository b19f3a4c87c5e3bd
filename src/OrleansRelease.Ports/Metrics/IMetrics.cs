using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Ports.Metrics;

/// <summary>Reads numbers. Never throws for what a source answers: that is a reading.</summary>
public interface IMetrics
{
    /// <summary>The adapter's name in <see cref="MetricsConnection.Adapter"/>.</summary>
    string Name { get; }

    Task<Reading> ReadAsync(MetricsQuery query, CancellationToken cancellation);
}

/// <summary>One metric over one window, within the metric's own time-out.</summary>
public sealed record MetricsQuery(MetricsConnection Connection, MetricSource Source, Window Window, TimeSpan Timeout);
