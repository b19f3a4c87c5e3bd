using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Metrics.Memory;

/// <summary>A source of made-up numbers, with faults on demand and a log of all queries and their readings.</summary>
public sealed class MemoryMetrics(TimeProvider time) : IMetrics, IMetricRanges
{
    /// <summary>How many queries the log keeps; the oldest are dropped first.</summary>
    public const int LogLimit = 100_000;

    private readonly Lock _lock = new();
    private readonly Queue<(MetricsQuery Query, Reading Reading)> _log = [];

    public MemoryMetrics()
        : this(TimeProvider.System)
    {
    }

    public string Name => "memory";

    /// <summary>The number that a query's text has in a window; null when the source has none.</summary>
    public Func<string, Window, double?>? Numbers { get; set; }

    /// <summary>Asked for every query; null lets it pass unharmed.</summary>
    public Func<MetricsQuery, MetricsFault?>? Faults { get; set; }

    public ImmutableArray<(MetricsQuery Query, Reading Reading)> Log
    {
        get
        {
            lock (_lock) return [.. _log];
        }
    }

    public async Task<Reading> ReadAsync(MetricsQuery query, CancellationToken cancellation)
    {
        var reading = await FailAsync(query, cancellation) ?? Read(query);
        lock (_lock)
        {
            _log.Enqueue((query, reading));
            if (_log.Count > LogLimit) _log.Dequeue();
        }

        return reading;
    }

    /// <summary>The numbers of windows as long as the step; faults and log are of single windows only.</summary>
    public Task<RangeReading> ReadRangeAsync(RangeQuery query, CancellationToken cancellation)
    {
        var points = ImmutableArray.CreateBuilder<MetricPoint>();
        for (var at = query.Window.Start + query.Step; at <= query.Window.End; at += query.Step)
        {
            if (Numbers?.Invoke(query.Text, new Window(0, at - query.Step, at)) is { } number)
                points.Add(new MetricPoint(at, number));
        }

        return Task.FromResult<RangeReading>(points.Count > 0
            ? new RangeReading.Points(points.ToImmutable())
            : new RangeReading.NoData($"the source has no number for {query.Text}"));
    }

    private async Task<Reading?> FailAsync(MetricsQuery query, CancellationToken cancellation)
    {
        switch (Faults?.Invoke(query))
        {
            case null:
                return null;
            case MetricsFault.Slow(var delay):
                await Task.Delay(delay < query.Timeout ? delay : query.Timeout, time, cancellation);
                return delay < query.Timeout ? null : new Reading.Error($"no answer within {query.Timeout}");
            case MetricsFault.Dead:
                return new Reading.Error("the source does not answer");
            case MetricsFault.Malformed:
                return new Reading.Error("the answer cannot be read");
            case MetricsFault.Empty:
                return new Reading.NoData("the answer is empty");
            case MetricsFault.NaN:
                return new Reading.NoData("the number is NaN");
            case MetricsFault.Misspelt:
                return new Reading.NoData("the source has nothing of this name");
            default:
                throw new UnreachableException();
        }
    }

    private Reading Read(MetricsQuery query) => query.Source switch
    {
        MetricSource.Query(var text) => Number(text, query.Window).ToReading(),
        MetricSource.Ratio { Bad: { } bad } ratio => MetricNumber.Ratio(
            Number(bad, query.Window), partIsGood: false, Number(ratio.Total, query.Window)),
        MetricSource.Ratio { Good: { } good } ratio => MetricNumber.Ratio(
            Number(good, query.Window), partIsGood: true, Number(ratio.Total, query.Window)),
        _ => new Reading.Error($"{query.Source.GetType().Name} is not read from a metrics source"),
    };

    private MetricNumber Number(string text, Window window) =>
        Numbers?.Invoke(text, window) is { } number
            ? MetricNumber.Of(number, text)
            : new MetricNumber.Missing($"the source has no number for {text}");
}
