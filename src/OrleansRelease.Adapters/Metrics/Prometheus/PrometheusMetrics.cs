using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Metrics;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>
/// Numbers of Prometheus, and of what answers as it does: an instant query at the end of each window. Whatever many
/// rollouts ask alike is asked once.
/// </summary>
internal sealed class PrometheusMetrics(OutgoingHttp http, Pipelines pipelines, TimeProvider time)
    : IMetrics, IMetricRanges
{
    /// <summary>Connections come and go with their environments; one that is used again begins anew.</summary>
    public const int MostSources = 1_000;

    private readonly Recent<MetricsConnection, PrometheusSource> _sources =
        SourcesOf(new PrometheusApi(http, pipelines), time);

    public string Name => MetricsConnection.Prometheus;

    public async Task<Reading> ReadAsync(MetricsQuery query, CancellationToken cancellation)
    {
        var source = _sources.Of(query.Connection);
        try
        {
            // One limit around all queries of the metric, and around the wait for a place.
            return await pipelines.ProbeAsync(
                query.Timeout, token => ReadAsync(source, query, token), cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return new Reading.Error(NoAnswer(source, query.Timeout));
        }
    }

    public async Task<RangeReading> ReadRangeAsync(RangeQuery query, CancellationToken cancellation)
    {
        var source = _sources.Of(query.Connection);
        if (query.IsPatient) source = source.Patient;
        try
        {
            return await pipelines.ProbeAsync(
                query.Timeout, token => RangeOfSamples.ReadAsync(source, query, token), cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return new RangeReading.Error(NoAnswer(source, query.Timeout));
        }
    }

    private static Recent<MetricsConnection, PrometheusSource> SourcesOf(PrometheusApi api, TimeProvider time) =>
        new(MostSources, connection => new PrometheusSource(connection, api, time));

    private static string NoAnswer(PrometheusSource source, TimeSpan limit) =>
        $"no answer within {Duration.Format(limit)}" + (source.Crowd is { } crowd ? $": {crowd}" : "");

    private static Task<Reading> ReadAsync(PrometheusSource source, MetricsQuery query, CancellationToken cancellation)
    {
        var window = QueryWindow.Of(query.Window, query.Connection.Delay);
        return query.Source switch
        {
            MetricSource.Query(var text) => OneAsync(source, text, window, cancellation),
            MetricSource.Histogram(var text) => HistogramAsync(source, text, window, cancellation),
            MetricSource.Ratio { Bad: { } bad } ratio => RatioAsync(
                source, bad, false, ratio.Total, window, cancellation),
            MetricSource.Ratio { Good: { } good } ratio => RatioAsync(
                source, good, true, ratio.Total, window, cancellation),
            var other => Task.FromResult<Reading>(
                new Reading.Error($"{other.GetType().Name} is not read from a metrics source")),
        };
    }

    private static async Task<Reading> OneAsync(
        PrometheusSource source, string query, QueryWindow window, CancellationToken cancellation)
    {
        var (number, absence) = await NumberAsync(source, query, window, cancellation);
        return number?.ToReading() ?? new Reading.NoData(absence!.Reason);
    }

    private static async Task<Reading> HistogramAsync(
        PrometheusSource source, string query, QueryWindow window, CancellationToken cancellation)
    {
        var filled = window.Fill(query);
        var (latencies, problem) = await source.BucketsAsync(filled, window.End, cancellation);
        return problem is not null ? new Reading.Error(problem)
            : latencies is not null ? new Reading.Buckets(latencies)
            : new Reading.NoData((await Absence.OfAsync(source, filled, window, cancellation)).Reason);
    }

    private static async Task<Reading> RatioAsync(
        PrometheusSource source, string partQuery, bool partIsGood, string totalQuery, QueryWindow window,
        CancellationToken cancellation)
    {
        var both = await Task.WhenAll(
            NumberAsync(source, partQuery, window, cancellation),
            NumberAsync(source, totalQuery, window, cancellation));
        var (part, total) = (both[0], both[1]);
        // A broken answer says more than an absent one beside it.
        if (part.Number is MetricNumber.Wrong(var broken)) return new Reading.Error(Of(partIsGood, broken));
        if (total.Number is MetricNumber.Wrong(var brokenTotal)) return new Reading.Error($"total: {brokenTotal}");
        if (total.Absent is { } absentTotal) return new Reading.NoData($"total: {absentTotal.Reason}");
        if (part.Absent is { } absent)
        {
            // Nothing bad is no series, but only where the series would be known.
            return !partIsGood && absent.IsKnown
                ? MetricNumber.Ratio(new MetricNumber.Is(0), partIsGood: false, total.Number!)
                : new Reading.NoData(Of(partIsGood, absent.Reason));
        }

        return MetricNumber.Ratio(Extrapolated(part.Number!, total.Number!), partIsGood, total.Number!);
    }

    private static async Task<(MetricNumber? Number, Absence? Absent)> NumberAsync(
        PrometheusSource source, string query, QueryWindow window, CancellationToken cancellation)
    {
        var filled = window.Fill(query);
        var result = await source.NumberAsync(filled, window.End, cancellation);
        return result.Number is { } number
            ? (number, null)
            : (null, await Absence.OfAsync(source, filled, window, cancellation));
    }

    /// <summary>
    /// Sums of the same samples in another order, each extrapolated for itself: when all requests are bad, a hair more
    /// than all may be, and is all of them.
    /// </summary>
    private static MetricNumber Extrapolated(MetricNumber part, MetricNumber total) => (part, total) switch
    {
        (MetricNumber.Is(var some), MetricNumber.Is(var all)) when some > all && some <= all * 1.001 => total,
        _ => part,
    };

    private static string Of(bool partIsGood, string reason) => $"{(partIsGood ? "good" : "bad")}: {reason}";
}
